with

durations as (
    select * from {{ ref('prep_cycle_statistics') }}
),

weighted_legs as (
    select * from {{ ref('prep_weighted_legs') }}
),

-- A cell can hold the cash of deals that are counted under another type of client.
cells as (
    select
        cohort_label,
        perimeter_kind,
        perimeter_label,
        leg,
        leg_position
    from durations
    union distinct
    select
        cohort_label,
        perimeter_kind,
        perimeter_label,
        leg,
        leg_position
    from weighted_legs
),

final as (
    select
        cells.cohort_label,
        cells.perimeter_kind,
        cells.perimeter_label,
        cells.leg,
        cells.leg_position,
        cells.leg = 'quoted_to_cashed' as is_total,
        coalesce(durations.done_count, 0) as done_count,
        coalesce(durations.waiting_count, 0) as waiting_count,
        coalesce(durations.given_up_count, 0) as given_up_count,
        durations.average_days,
        durations.median_days,
        durations.p90_days,
        durations.censored_median_days,
        weighted_legs.weighted_days,
        weighted_legs.weighted_base_ttc_eur
    from
        cells
    {%- for part in ['durations', 'weighted_legs'] %}
    left join {{ part }}
        on
            cells.cohort_label = {{ part }}.cohort_label
            and cells.perimeter_kind = {{ part }}.perimeter_kind
            and cells.perimeter_label = {{ part }}.perimeter_label
            and cells.leg = {{ part }}.leg
    {%- endfor %}
)

select * from final
