with

units as (
    select
        legs.leg,
        legs.leg_position,
        case when cells.is_every_cohort then 'all' else legs.cohort_label end as cohort_label,
        case when cells.is_every_type then 'all' else legs.client_type end as client_type,
        legs.is_done,
        legs.is_waiting,
        legs.duration_days
    from {{ ref('prep_timed_legs') }} as legs
    cross join {{ cohort_cells() }}
),

durations as (
    select
        cohort_label,
        client_type,
        leg,
        leg_position,
        count(*) filter (where is_done) as done_count,
        count(*) filter (where is_waiting) as waiting_count,
        count(*) filter (where not is_done and not is_waiting) as given_up_count,
        cast(avg(duration_days) filter (where is_done) as decimal(9, 2)) as average_days,
        {{ quantile('case when is_done then duration_days end', 0.5) }} as median_days,
        {{ quantile('case when is_done then duration_days end', 0.9) }} as p90_days
    from units
    group by cohort_label, client_type, leg, leg_position
),

censored_medians as (
    select * from {{ ref('prep_censored_medians') }}
),

weighted_legs as (
    select * from {{ ref('prep_weighted_legs') }}
),

-- A cell can hold the cash of deals that are counted under another type of client.
cells as (
    select
        cohort_label,
        client_type,
        leg,
        leg_position
    from durations
    union distinct
    select
        cohort_label,
        client_type,
        leg,
        leg_position
    from weighted_legs
),

final as (
    select
        cells.cohort_label,
        cells.client_type,
        cells.leg,
        cells.leg_position,
        cells.leg = 'quoted_to_cashed' as is_total,
        coalesce(durations.done_count, 0) as done_count,
        coalesce(durations.waiting_count, 0) as waiting_count,
        coalesce(durations.given_up_count, 0) as given_up_count,
        durations.average_days,
        durations.median_days,
        durations.p90_days,
        cast(censored_medians.censored_median_days as decimal(9, 2)) as censored_median_days,
        weighted_legs.weighted_days,
        weighted_legs.weighted_base_ttc_eur
    from
        cells
    {%- for part in ['durations', 'censored_medians', 'weighted_legs'] %}
    left join {{ part }}
        on
            cells.cohort_label = {{ part }}.cohort_label
            and cells.client_type = {{ part }}.client_type
            and cells.leg = {{ part }}.leg
    {%- endfor %}
)

select * from final
