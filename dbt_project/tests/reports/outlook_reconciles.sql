{{ config(
    description='The steps lead from what the CRM promises for a month to come to the cash of the forecast; deals and cash are all there.',
    meta={'dagster': {'ref': {'name': 'rpt_revenue_to_cash_outlook'}}},
) }}

with

outlook as (
    select * from {{ ref('rpt_revenue_to_cash_outlook') }}
),

months as (
    select distinct outlook_month
    from outlook
),

found as (
    select
        outlook_month || ' ' || segment as compared_key,
        sum(case when step <> 'expected_cash' then step_eur end) as amount
    from outlook
    group by outlook_month, segment
    union all
    select
        'promised ' || outlook_month as compared_key,
        sum(step_eur) as amount
    from outlook
    where step = 'promised'
    group by outlook_month
    union all
    select
        'cash ' || outlook_month as compared_key,
        sum(step_eur) as amount
    from outlook
    where step = 'expected_cash'
    group by outlook_month
),

expected as (
    select
        outlook_month || ' ' || segment as compared_key,
        step_eur as amount
    from outlook
    where step = 'expected_cash'
    union all
    select
        'promised ' || months.outlook_month as compared_key,
        coalesce(sum(deals.promised_ht_eur), 0) as amount
    from months
    left join {{ ref('fct_deals') }} as deals
        on
            months.outlook_month = date_trunc('month', deals.expected_close_on)
            and deals.outcome = 'open'
            and deals.created_on <= {{ as_of() }}
    group by months.outlook_month
    union all
    select
        'cash ' || months.outlook_month as compared_key,
        {{ from_cents('sum(cash.expected_ttc_cents)') }} as amount
    from months
    inner join {{ ref('sim_cash_forecast') }} as cash
        on
            months.outlook_month = date_trunc('month', cash.period_from_on)
            and cash.perimeter_kind = 'client'
            and cash.period_to_on is not null
    group by months.outlook_month
),

failures as (
    {{ differences('steps lead to the cash of the forecast from the promise of the open deals', 'found', 'expected') }}
)

select * from failures
