{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

days as (
    select * from {{ ref('prep_steering_days') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

-- Orders signed in the year up to the day: only those that are complete tell of their margin.
margins as (
    select
        days.as_of_on,
        sum(orders.real_margin_eur) filter (where orders.is_complete) as real_margin_eur,
        sum(orders.theoretical_margin_eur) filter (where orders.is_complete) as theoretical_margin_eur,
        count(*) filter (where orders.is_complete) as order_count,
        {{ divide(
            'sum(orders.signed_ht_eur) filter (where orders.is_complete)', 'sum(orders.signed_ht_eur)'
        ) }} as coverage_ratio
    from {{ ref('rpt_deal_economics') }} as orders
    inner join days on orders.signed_on between days.year_from_on and days.as_of_on
    group by days.as_of_on
),

-- The four quarters up to the day, where it ends one.
acquisitions as (
    select
        days.as_of_on,
        bool_and(costs.has_whole_cost) as has_whole_cost,
        sum(costs.acquisition_cost_eur) filter (where costs.segment = 'all') as acquisition_cost_eur,
        sum(costs.new_signed_count) filter (where costs.segment = 'all') as new_signed_count,
        {{ divide(
            'sum(costs.acquisition_cost_eur) filter (where not costs.is_unattributed and costs.segment <> \'all\')',
            'sum(costs.acquisition_cost_eur) filter (where costs.segment = \'all\')'
        ) }} as coverage_ratio
    from {{ ref('rpt_acquisition_cost_by_segment') }} as costs
    inner join days on costs.cohort_start_on between days.year_from_on and days.as_of_on
    where days.as_of_on in ({{ quarter_end('days.as_of_on') }}, {{ as_of() }})
    group by days.as_of_on
),

final as (
    select
        'margin_realisation' as kpi_id,
        as_of_on,
        {{ divide('real_margin_eur', 'greatest(theoretical_margin_eur, 0)') }} as observed_quantity,
        order_count as observed_count,
        coverage_ratio
    from margins
    union all
    select
        'client_acquisition_cost' as kpi_id,
        acquisitions.as_of_on,
        case
            when
                acquisitions.has_whole_cost
                and acquisitions.new_signed_count >= thresholds.minimum_client_count
                then {{ divide(
                    'acquisitions.acquisition_cost_eur', 'acquisitions.new_signed_count', 'decimal(18, 6)'
                ) }}
        end as observed_quantity,
        acquisitions.new_signed_count as observed_count,
        acquisitions.coverage_ratio
    from acquisitions
    cross join thresholds
)

select
    *,
    true as is_over
from final
