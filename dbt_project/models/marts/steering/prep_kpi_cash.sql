{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

health as (
    select * from {{ ref('rpt_ar_health_monthly') }}
    where perimeter_kind = 'all'
),

aging as (
    select
        as_of_on,
        sum(instalment_count) as instalment_count,
        sum(instalment_count) filter (
            where aging_bucket not in ('not_due', 'retained', 'credit_note', 'unallocated')
        ) as overdue_count
    from {{ ref('rpt_ar_aging') }}
    group by as_of_on
),

weeks as (
    select
        as_of_on,
        sum(expected_ttc_eur) as expected_ttc_eur,
        sum(flow_count) as flow_count
    from {{ ref('rpt_cash_forecast_13w') }}
    where layer = 'all'
    group by as_of_on
),

final as (
    select
        'dso_countback' as kpi_id,
        health.as_of_on,
        cast(health.dso_countback_days as decimal(18, 6)) as observed_quantity,
        aging.instalment_count as observed_count
    from health
    left join aging on health.as_of_on = aging.as_of_on
    union all
    select
        'overdue_ttc' as kpi_id,
        health.as_of_on,
        cast(health.overdue_ttc_eur as decimal(18, 6)) as observed_quantity,
        aging.overdue_count as observed_count
    from health
    left join aging on health.as_of_on = aging.as_of_on
    union all
    select
        'expected_cash_ttc' as kpi_id,
        as_of_on,
        cast(expected_ttc_eur as decimal(18, 6)) as observed_quantity,
        flow_count as observed_count
    from weeks
)

select
    *,
    cast(null as decimal(9, 6)) as coverage_ratio,
    true as is_over
from final
