{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

days as (
    select * from {{ ref('prep_steering_days') }}
),

promises as (
    select
        days.as_of_on,
        sum(on_time.first_kept_count) as kept_count,
        sum(on_time.first_kept_count + on_time.first_broken_count) as due_count
    from {{ ref('rpt_on_time_delivery') }} as on_time
    inner join days on on_time.promised_month between days.year_from_on and days.as_of_on
    where on_time.team = 'all'
    group by days.as_of_on
),

loads as (
    select max(saturation_ratio) as saturation_ratio
    from {{ ref('rpt_capacity_load') }}
    where not is_over
),

judged as (
    select
        count(*) as promise_count,
        count(*) filter (where promise_verdict <> 'unknown') as judged_count
    from {{ ref('rpt_promise_feasibility') }}
),

unbilled as (
    select
        as_of_on,
        sum(delivered_to_invoice_ttc_eur) as unbilled_ttc_eur,
        count(*) filter (where delivered_to_invoice_ttc_eur > 0) as order_count
    from {{ ref('fct_order_euro_states') }}
    -- Without deliveries or without invoices, that nothing waits is not known.
    where
        exists (select 1 from {{ ref('fct_deliveries') }})
        and exists (select 1 from {{ ref('fct_invoices') }})
    group by as_of_on
),

-- What was not invoiced by the end of its month is late, whatever came later.
late as (
    select
        days.as_of_on,
        sum(cadence.late_ttc_eur) as late_ttc_eur,
        sum(cadence.delivered_ttc_eur) as delivered_ttc_eur,
        sum(cadence.delivery_count) as delivery_count
    from {{ ref('rpt_invoicing_cadence') }} as cadence
    inner join days
        on
            cadence.delivered_month >= cast(days.quarter_from_on - interval '1 month' as date)
            and {{ month_end('cadence.delivered_month') }} < days.as_of_on
    where cadence.segment = 'all' and cadence.team = 'all' and cadence.is_month_over
    group by days.as_of_on
),

final as (
    select
        'on_time_delivery' as kpi_id,
        as_of_on,
        {{ divide('kept_count', 'due_count') }} as observed_quantity,
        due_count as observed_count,
        cast(null as decimal(9, 6)) as coverage_ratio
    from promises
    union all
    select
        'saturation' as kpi_id,
        {{ as_of() }} as as_of_on,
        loads.saturation_ratio as observed_quantity,
        judged.promise_count as observed_count,
        {{ divide('judged.judged_count', 'judged.promise_count') }} as coverage_ratio
    from loads
    cross join judged
    union all
    select
        'unbilled_ttc' as kpi_id,
        as_of_on,
        cast(unbilled_ttc_eur as decimal(18, 6)) as observed_quantity,
        order_count as observed_count,
        cast(null as decimal(9, 6)) as coverage_ratio
    from unbilled
    union all
    select
        'invoicing_late_rate' as kpi_id,
        as_of_on,
        {{ divide('late_ttc_eur', 'delivered_ttc_eur') }} as observed_quantity,
        delivery_count as observed_count,
        cast(null as decimal(9, 6)) as coverage_ratio
    from late
)

select
    *,
    true as is_over
from final
