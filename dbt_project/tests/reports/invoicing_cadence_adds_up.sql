{{ config(
    description='The cadence of invoicing, and what must be invoiced now, are the deliveries of the orders, to the cent.',
    meta={'dagster': {'ref': {'name': 'rpt_invoicing_cadence'}}},
) }}

with

cadence as (
    select
        *,
        delivered_month || ' / ' || team || ' / ' || segment as row_label
    from {{ ref('rpt_invoicing_cadence') }}
),

unbilled as (
    select * from {{ ref('rpt_unbilled_deliveries') }}
),

billings as (
    select * from {{ ref('fct_delivery_billings') }}
    where is_standing and exists (select 1 from {{ ref('fct_invoices') }})
),

month_billings as (
    select
        cast(date_trunc('month', delivered_on) as date) as delivered_month,
        sum(part_ht_eur) as delivered_ht_eur,
        sum(part_ttc_eur) as delivered_ttc_eur,
        sum(case when issued_on is null then part_ht_eur else 0 end) as unbilled_ht_eur,
        sum(case when issued_on is null then part_ttc_eur else 0 end) as unbilled_ttc_eur,
        sum(case when issued_on <= {{ month_end('delivered_on') }} then 0 else part_ttc_eur end) as late_ttc_eur
    from billings
    group by cast(date_trunc('month', delivered_on) as date)
),

order_billings as (
    select
        order_id,
        sum(part_ht_eur) as unbilled_ht_eur,
        sum(part_ttc_eur) as unbilled_ttc_eur
    from billings
    where issued_on is null
    group by order_id
),

company as (
    select * from cadence
    where team = 'all' and segment = 'all'
),

-- The cells of all teams, of all segments, of both and of neither: four ways to the same sum.
axes as (
    select
        delivered_month,
        sum(delivery_count) as delivery_count,
        sum(delivered_ht_eur) as delivered_ht_eur,
        sum(billed_ttc_eur) as billed_ttc_eur,
        sum(delay_cost_eur) as delay_cost_eur
    from cadence
    group by delivered_month, team = 'all', segment = 'all'
),

failures as (
    select
        row_label,
        'the grain of the cadence is month, team and segment' as reason
    from cadence
    group by row_label
    having count(*) > 1
    union all
    select
        cast(coalesce(months.delivered_month, company.delivered_month) as varchar) as row_label,
        'the months of the cadence are the deliveries of the months' as reason
    from month_billings as months
    full outer join company on months.delivered_month = company.delivered_month
    where
        months.delivered_ht_eur is distinct from company.delivered_ht_eur
        or months.delivered_ttc_eur is distinct from company.delivered_ttc_eur
        or months.unbilled_ht_eur is distinct from company.unbilled_ht_eur
        or months.unbilled_ttc_eur is distinct from company.unbilled_ttc_eur
        or (company.is_month_over and months.late_ttc_eur is distinct from company.late_ttc_eur)
    union all
    select
        cast(axes.delivered_month as varchar) as row_label,
        'the teams and the segments add up to all' as reason
    from axes
    inner join company on axes.delivered_month = company.delivered_month
    where
        axes.delivery_count <> company.delivery_count
        or axes.delivered_ht_eur <> company.delivered_ht_eur
        or axes.billed_ttc_eur <> company.billed_ttc_eur
        or axes.delay_cost_eur <> company.delay_cost_eur
    union all
    select
        row_label,
        'what is invoiced in a day is invoiced in three, and in eight' as reason
    from cadence
    where
        (invoiced_0_days_ratio > invoiced_3_days_ratio or invoiced_3_days_ratio > invoiced_8_days_ratio)
        and {{ month_end('delivered_month') }} + 8 < {{ as_of() }}
    union all
    select
        row_label,
        'the median is below the ninth decile, the wait above the lag' as reason
    from cadence
    where median_lag_days > p90_lag_days or weighted_lag_days > weighted_wait_days
    union all
    select
        coalesce(orders.order_id, unbilled.order_id) as row_label,
        'what must be invoiced now is what waits, order by order' as reason
    from order_billings as orders
    full outer join unbilled on orders.order_id = unbilled.order_id
    where
        orders.unbilled_ht_eur is distinct from unbilled.unbilled_ht_eur
        or orders.unbilled_ttc_eur is distinct from unbilled.unbilled_ttc_eur
)

select * from failures
