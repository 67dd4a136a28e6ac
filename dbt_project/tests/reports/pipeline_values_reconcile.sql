{{ config(
    description='Each open deal is valued once, and the deals add up to the pipeline of the day.',
    meta={'dagster': {'ref': {'name': 'rpt_pipeline_economic_value'}}},
) }}

with

deals as (
    select * from {{ ref('rpt_pipeline_economic_value') }}
),

failures as (
    select
        'the deals are those of the pipeline' as reason,
        cast(coalesce(valued.deal_count, 0) as decimal(38, 2)) as found_amount,
        cast(coalesce(opened.deal_count, 0) as decimal(38, 2)) as expected_amount
    from (select count(*) as deal_count from deals) as valued
    cross join (
        select count(*) as deal_count
        from {{ ref('fct_pipeline_daily') }}
        where pipeline_state = 'open' and from_on <= {{ as_of() }} and to_on > {{ as_of() }}
    ) as opened
    where valued.deal_count <> opened.deal_count
    union all
    select
        'the amounts are those that the bridge closes on' as reason,
        valued.pipeline_ht_eur as found_amount,
        bridge.closing_ht_eur as expected_amount
    from (select coalesce(sum(pipeline_ht_eur), 0) as pipeline_ht_eur from deals) as valued
    cross join (
        select coalesce(sum(closing_ht_eur), 0) as closing_ht_eur
        from {{ ref('rpt_pipeline_bridge') }}
        where close_window = 'all' and bridge_month = cast(date_trunc('month', {{ as_of() }}) as date)
    ) as bridge
    where valued.pipeline_ht_eur <> bridge.closing_ht_eur
    union all
    select
        'a deal is in the report once' as reason,
        count(*) as found_amount,
        1 as expected_amount
    from deals
    group by deal_id
    having count(*) > 1
    union all
    select
        'cash comes after today, in the order of its quantiles' as reason,
        count(*) as found_amount,
        0 as expected_amount
    from deals
    where p10_cash_on < as_of_on or p50_cash_on < p10_cash_on or p90_cash_on < p50_cash_on
    having count(*) > 0
)

select * from failures
