{{ config(
    description='What clients tie up is the receivable, month by month, and the euro-days of its balances.',
    meta={'dagster': {'ref': {'name': 'rpt_client_cash_tension'}}},
) }}

with

tensions as (
    select * from {{ ref('rpt_client_cash_tension') }}
),

health as (
    select
        *,
        sum(sales_month_ttc_eur) over (order by as_of_on rows between 11 preceding and current row)
            as sales_year_ttc_eur
    from {{ ref('rpt_ar_health_monthly') }}
    where perimeter_kind = 'all'
),

client_totals as (
    select
        as_of_on,
        sum(receivable_ttc_eur) as receivable_ttc_eur,
        sum(overdue_ttc_eur) as overdue_ttc_eur,
        sum(disputed_ttc_eur) as disputed_ttc_eur,
        sum(year_sales_ttc_eur) as year_sales_ttc_eur
    from tensions
    group by as_of_on
),

carried as (
    select
        client_id as compared_key,
        sum(carried_euro_days) as amount
    from tensions
    group by client_id
),

-- The as-of day is counted with the days before it.
credit_days as (
    select
        client_id as compared_key,
        sum(open_ttc_eur * (
            least(balance_to_on, {{ as_of() }} + 1) - greatest(balance_from_on, {{ tension_from_on() }})
        )) as amount
    from {{ ref('fct_instalment_balances') }}
    where balance_from_on <= {{ as_of() }} and balance_to_on > {{ tension_from_on() }}
    group by client_id
),

failures as (
    select
        client_id || ' / ' || as_of_on as row_label,
        'the grain of cash tension is client and date' as reason
    from tensions
    group by client_id, as_of_on
    having count(*) > 1
    union all
    select
        cast(health.as_of_on as varchar) as row_label,
        'the clients of cash tension add up to AR health' as reason
    from health
    left join client_totals on health.as_of_on = client_totals.as_of_on
    where
        (select count(*) from tensions) > 0
        and health.as_of_on >= {{ tension_from_on() }}
        and (
            coalesce(client_totals.receivable_ttc_eur, 0) <> health.ar_gross_ttc_eur
            or coalesce(client_totals.overdue_ttc_eur, 0) <> health.overdue_ttc_eur
            or coalesce(client_totals.disputed_ttc_eur, 0) <> health.disputed_ttc_eur
            or coalesce(client_totals.year_sales_ttc_eur, 0) <> coalesce(health.sales_year_ttc_eur, 0)
        )
    union all
    select
        compared_key as row_label,
        reason
    from (
        {{ differences('the euro-days carried are those of the balances', 'carried', 'credit_days') }}
    ) as carried_gaps
    where (select count(*) from tensions) > 0 and coalesce(found_amount, 0) <> coalesce(expected_amount, 0)
    union all
    select
        client_id || ' / ' || as_of_on as row_label,
        'a peak is above the mean and the end of its month' as reason
    from tensions
    where peak_receivable_ttc_eur < average_receivable_ttc_eur or peak_receivable_ttc_eur < receivable_ttc_eur
)

select * from failures
