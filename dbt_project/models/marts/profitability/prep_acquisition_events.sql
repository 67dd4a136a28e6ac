{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

new_clients as (
    select
        *,
        {{ days_between('first_touch_on', 'first_signed_on') }} as touch_days
    from {{ ref('prep_new_clients') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

company_lag as (
    select coalesce({{ quantile('touch_days', 0.5) }}, 0) as lag_days from new_clients
),

-- From the first contact to the signature: a client won in a quarter was paid for that much earlier.
segment_lags as (
    select
        new_clients.segment,
        {{ quantile('new_clients.touch_days', 0.5) }} as lag_days
    from new_clients
    cross join thresholds
    group by new_clients.segment, thresholds.minimum_client_count
    having count(new_clients.touch_days) >= thresholds.minimum_client_count
),

costs as (
    select
        costs.*,
        coalesce(costs.segment, 'unattributed') as cost_segment,
        cast(round(coalesce(segment_lags.lag_days, company_lag.lag_days)) as integer) as lag_days
    from {{ ref('fct_acquisition_costs') }} as costs
    cross join company_lag
    left join segment_lags on costs.segment = segment_lags.segment
),

final as (
    select
        cost_segment as segment,
        spent_on as counted_on,
        case
            when cost_basis = 'marketing' then 'marketing'
            when is_new_business then 'conquest_hours'
            else 'development_hours'
        end as measure,
        lag_days,
        cost_eur as amount
    from costs
    union all
    select
        cost_segment as segment,
        spent_on as counted_on,
        'lost_hours' as measure,
        lag_days,
        cost_eur as amount
    from costs
    where is_lost and is_new_business
    union all
    select
        cost_segment as segment,
        spent_on + lag_days as counted_on,
        'lagged_cost' as measure,
        lag_days,
        cost_eur as amount
    from costs
    where is_new_business and spent_on + lag_days <= {{ as_of() }}
    union all
    select
        segment,
        first_signed_on as counted_on,
        'signed' as measure,
        null as lag_days,
        1 as amount
    from new_clients
    union all
    select
        segment,
        confirmed_on as counted_on,
        'confirmed' as measure,
        null as lag_days,
        1 as amount
    from new_clients
    where confirmed_on is not null
)

select * from final
