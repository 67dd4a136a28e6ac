{{ config(
    description='What the scorecard says of the as-of day is what the reports say, to the cent; nothing of it is said twice.',
    meta={'dagster': {'ref': {'name': 'rpt_exec_scorecard'}}},
) }}

with

-- Nothing and a sum of nothing are the same here.
latest as (
    select * from {{ ref('rpt_exec_scorecard') }}
    where is_latest and observed_quantity <> 0
),

-- Months make a year on the last day of one.
found as (
    select
        kpi_id as compared_key,
        cast(observed_quantity as decimal(18, 4)) as amount
    from latest
    where
        kpi_id in (
            'signed_ht', 'pipeline_closing_ht', 'unbilled_ttc', 'overdue_ttc', 'real_margin', 'dso_countback',
            'expected_cash_ttc', 'win_probability'
        )
        or (
            kpi_id = 'cashed_ttc'
            and as_of_on = {{ month_end('as_of_on') }}
            and exists (select 1 from {{ ref('rpt_revenue_to_cash_bridge') }})
        )
    union all
    select
        kpi_id || ' coverage' as compared_key,
        cast(coverage_ratio as decimal(18, 4)) as amount
    from latest
    where kpi_id = 'real_margin' and coverage_ratio <> 0
),

reported as (
    select
        'signed_ht' as compared_key,
        cast(sum(change_ht_eur) as decimal(18, 4)) as amount
    from {{ ref('fct_order_lines') }}
    where
        change_kind <> 'cancellation'
        and effective_on > {{ as_of() }} - interval '1 year'
        and effective_on <= {{ as_of() }}
    union all
    select
        'cashed_ttc' as compared_key,
        cast(sum(step_eur) as decimal(18, 4)) as amount
    from {{ ref('rpt_revenue_to_cash_bridge') }}
    where
        step = 'cash'
        and bridge_month > {{ as_of() }} - interval '1 year'
        and {{ as_of() }} = {{ month_end(as_of()) }}
    union all
    select
        'real_margin coverage' as compared_key,
        cast(min(cost_coverage_ratio) as decimal(18, 4)) as amount
    from {{ ref('rpt_client_profitability') }}
    where window_label = 'last_12_months'
    union all
    select
        'pipeline_closing_ht' as compared_key,
        cast(sum(pipeline_ht_eur) as decimal(18, 4)) as amount
    from {{ ref('fct_pipeline_daily') }}
    where pipeline_state = 'open' and to_on > {{ as_of() }}
    union all
    select
        'unbilled_ttc' as compared_key,
        cast(sum(unbilled_ttc_eur) as decimal(18, 4)) as amount
    from {{ ref('rpt_unbilled_deliveries') }}
    union all
    select
        'overdue_ttc' as compared_key,
        cast(sum(open_ttc_eur) as decimal(18, 4)) as amount
    from {{ ref('rpt_ar_aging') }}
    where as_of_on = {{ as_of() }} and aging_bucket not in ('not_due', 'retained', 'credit_note', 'unallocated')
    union all
    select
        'real_margin' as compared_key,
        cast(sum(real_margin_eur) as decimal(18, 4)) as amount
    from {{ ref('rpt_client_profitability') }}
    where window_label = 'last_12_months'
    union all
    select
        'dso_countback' as compared_key,
        cast(dso_countback_days as decimal(18, 4)) as amount
    from {{ ref('rpt_ar_health_monthly') }}
    where perimeter_kind = 'all' and as_of_on = {{ as_of() }}
    union all
    select
        'expected_cash_ttc' as compared_key,
        cast(sum(expected_ttc_eur) as decimal(18, 4)) as amount
    from {{ ref('rpt_cash_forecast_13w') }}
    where layer <> 'all'
    union all
    select
        'win_probability' as compared_key,
        cast(cif_won_180_ratio as decimal(18, 4)) as amount
    from {{ ref('rpt_funnel_conversion') }}
    where cohort_label = 'all' and perimeter_kind = 'all'
),

expected as (
    select * from reported
    where amount <> 0
),

failures as (
    {{ differences('the scorecard says what the report says', 'found', 'expected') }}
)

select * from failures
