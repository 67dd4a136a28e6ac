{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

as_of_dates as (
    select * from {{ ref('dim_as_of') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

-- The day of the data and the quarter-ends of its last twelve months: each looks at two years of payments.
final as (
    select
        as_of_dates.as_of_on,
        as_of_dates.is_latest,
        {{ months_before('as_of_dates.as_of_on', 'thresholds.behaviour_months') }} as history_after_on,
        {{ months_before('as_of_dates.as_of_on', 'thresholds.trend_months') }} as recent_after_on,
        {{ months_before('as_of_dates.as_of_on', '2 * thresholds.trend_months') }} as former_after_on
    from as_of_dates
    cross join thresholds
    where
        as_of_dates.as_of_on > {{ months_before(as_of(), 12) }}
        and (as_of_dates.is_latest or extract(month from as_of_dates.as_of_on) in (3, 6, 9, 12))
)

select * from final
