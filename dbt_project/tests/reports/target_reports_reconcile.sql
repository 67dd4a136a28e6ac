{{ config(
    description='Targets count each deal once a level, and both rankings are tried on the same deals and euros.',
    meta={'dagster': {'ref': {'name': 'rpt_target_scoring'}}},
) }}

with

targets as (
    select * from {{ ref('rpt_target_scoring') }}
),

tiers as (
    select * from {{ ref('rpt_target_backtest') }}
),

thresholds as (
    select max(threshold_value) as maturity_days
    from {{ ref('map_profitability_thresholds') }}
    where threshold_name = 'maturity_days'
),

mature_deals as (
    select deals.*
    from {{ ref('fct_deals') }} as deals
    cross join thresholds
    where deals.created_on <= {{ as_of() }} - cast(thresholds.maturity_days as integer)
),

learned as (
    select min(learned_on) as learned_on from tiers
),

expected as (
    select
        'deals' as compared_key,
        count(*) as amount
    from mature_deals
    having count(*) > 0
    union all
    select
        'deals won' as compared_key,
        count(*) filter (where outcome = 'won' and closed_on <= {{ as_of() }}) as amount
    from mature_deals
    having count(*) > 0
    union all
    select
        'tried by ' || rankings.ranked_by as compared_key,
        count(*) as amount
    from mature_deals
    inner join learned on mature_deals.created_on > learned.learned_on
    cross join (values ('value'), ('revenue')) as rankings (ranked_by)
    group by rankings.ranked_by
),

found as (
    select
        'deals' as compared_key,
        deal_count as amount
    from targets
    where target_level = 0
    union all
    select
        'deals won' as compared_key,
        won_count as amount
    from targets
    where target_level = 0
    union all
    select
        'tried by ' || ranked_by as compared_key,
        sum(deal_count) as amount
    from tiers
    group by ranked_by
),

failures as (
    {{ differences('deals count once', 'found', 'expected') }}
    union all
    select
        'both rankings are tried on the same euros' as reason,
        'all' as compared_key,
        sum(case when ranked_by = 'value' then realised_total_eur else 0 end) as found_amount,
        sum(case when ranked_by = 'revenue' then realised_total_eur else 0 end) as expected_amount
    from tiers
    having sum(case when ranked_by = 'value' then realised_total_eur else -realised_total_eur end) <> 0
    union all
    select
        'the targets of a level share its deals' as reason,
        cast(targets.target_level as varchar) as compared_key,
        sum(targets.deal_count) as found_amount,
        max(expected.amount) as expected_amount
    from targets
    inner join expected on expected.compared_key = 'deals'
    group by targets.target_level
    having sum(targets.deal_count) > max(expected.amount)
    union all
    select
        'an estimate lies within its interval' as reason,
        segment || ' / ' || client_type || ' / ' || family || ' / ' || channel as compared_key,
        value_low_eur as found_amount,
        value_high_eur as expected_amount
    from targets
    where expected_value_eur not between value_low_eur and value_high_eur
)

select * from failures
