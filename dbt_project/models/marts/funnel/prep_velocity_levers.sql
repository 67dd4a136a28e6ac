{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('prep_funnel_thresholds') }}
),

deals as (
    select
        deals.*,
        coalesce(deals.won_after_days <= thresholds.velocity_window_days, false) as is_won,
        thresholds.minimum_count,
        cast(thresholds.velocity_window_days as integer) as velocity_window_days
    from {{ ref('prep_funnel_deals') }} as deals
    cross join thresholds
),

-- Two cohorts are compared at one age: what was won later than the window is won for neither.
cells as (
    select
        {{ quarter_label('deals.created_on') }} as cohort_label,
        cast(date_trunc('quarter', deals.created_on) as date) as cohort_start_on,
        cells.perimeter_kind,
        {{ perimeter_label(['client_type'], 'deals') }} as perimeter_label,
        {{ quarter_end('max(deals.created_on)') }} + max(deals.velocity_window_days) <= {{ as_of() }} as is_mature,
        count(*) filter (where deals.is_won) >= max(deals.minimum_count) as has_enough_deals,
        count(*) as entered_count,
        count(*) filter (where deals.is_won) as won_count,
        {{ known_sum('deals.signed_ht_eur', 'deals.is_won') }} as signed_ht_eur,
        avg(deals.signed_ht_eur) filter (where deals.is_won) as average_signed_ht_eur,
        avg(deals.won_after_days) filter (where deals.is_won) as cycle_days
    from deals
    cross join (values ('all'), ('client_type')) as cells (perimeter_kind)
    group by
        {{ quarter_label('deals.created_on') }},
        cast(date_trunc('quarter', deals.created_on) as date),
        cells.perimeter_kind,
        {{ perimeter_label(['client_type'], 'deals') }}
),

-- The four levers are of one cohort, or there is no velocity.
levers as (
    select
        cohort_label,
        cohort_start_on,
        perimeter_kind,
        perimeter_label,
        is_mature,
        has_enough_deals,
        entered_count,
        won_count,
        signed_ht_eur,
        case when is_mature and has_enough_deals then {{ divide('won_count', 'entered_count') }} end
            as win_in_time_ratio,
        case when is_mature and has_enough_deals then cast(average_signed_ht_eur as decimal(18, 2)) end
            as average_signed_ht_eur,
        case when is_mature and has_enough_deals then cast(cycle_days as decimal(9, 2)) end as cycle_days
    from cells
),

final as (
    select
        *,
        {{ divide(
            'cast(entered_count * win_in_time_ratio as decimal(18, 6)) * average_signed_ht_eur', 'cycle_days', 'decimal(18, 2)'
        ) }} as velocity_ht_eur
    from levers
)

select * from final
