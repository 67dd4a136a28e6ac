{{ config(
    description='The efforts and results of the teams are those of the company, each hour, activity and euro once.',
    meta={'dagster': {'ref': {'name': 'rpt_effort_to_result'}}},
) }}

with

teams as (
    select * from {{ ref('rpt_effort_to_result') }}
),

company as (
    select * from teams
    where cohort_label = 'all' and team = 'all'
),

orders as (
    select * from {{ ref('rpt_deal_economics') }}
    where signed_on <= {{ as_of() }}
),

expected as (
    select
        'sales hours' as compared_key,
        cast(sum(hours) as decimal(38, 2)) as amount
    from {{ ref('fct_time_entries') }}
    where activity_kind = 'sales' and worked_on <= {{ as_of() }}
    having count(*) > 0
    union all
    select
        'activities' as compared_key,
        count(*) as amount
    from {{ ref('int_activities') }}
    where {{ paris_date('occurred_at') }} <= {{ as_of() }}
    having count(*) > 0
    union all
    select
        'quotes' as compared_key,
        count(*) as amount
    from {{ ref('fct_quote_versions') }}
    where state <> 'draft' and issued_on <= {{ as_of() }}
    having count(*) > 0
    union all
    select
        'signed' as compared_key,
        sum(signed_net_ht_eur) as amount
    from orders
    having count(*) > 0
    union all
    select
        'real margin' as compared_key,
        sum(real_margin_eur) as amount
    from orders
    having count(real_margin_eur) > 0
    union all
    select
        'cashed' as compared_key,
        sum(cashed_ht_eur) as amount
    from orders
    having count(cashed_ht_eur) > 0
),

found as (
    {%- for key, column in [
        ('sales hours', 'sales_hours'), ('activities', 'activity_count'), ('quotes', 'quote_count'),
        ('real margin', 'real_margin_eur'), ('cashed', 'cashed_ht_eur')
    ] %}
        select
            '{{ key }}' as compared_key,
            cast({{ column }} as decimal(38, 2)) as amount
        from company
        where {{ column }} is not null
        union all
    {%- endfor %}
    select
        'signed' as compared_key,
        cast(signed_net_ht_eur as decimal(38, 2)) as amount
    from company
    where order_count > 0
),

hidden as (
    select
        min(owners.team) as team,
        count(*) as owner_count
    from {{ ref('int_owners') }} as owners
    inner join teams on owners.team = teams.team and teams.cohort_label = 'all' and not teams.is_effort_shown
    having count(*) > 0
),

failures as (
    {{ differences('the company is in the report', 'found', 'expected') }}
    union all
    select
        'the teams of a quarter add up to all' as reason,
        cohort_label as compared_key,
        sum(case when team = 'all' then 0 else order_count + signed_net_ht_eur + coalesce(real_margin_eur, 0) end)
            as found_amount,
        sum(case when team = 'all' then order_count + signed_net_ht_eur + coalesce(real_margin_eur, 0) else 0 end)
            as expected_amount
    from teams
    group by cohort_label
    having
        sum(
            case when team = 'all' then -1 else 1 end
            * (order_count + signed_net_ht_eur + coalesce(real_margin_eur, 0))
        ) <> 0
    union all
    select
        'the quarters of a team add up to all' as reason,
        team as compared_key,
        sum(case when cohort_label = 'all' then 0 else coalesce(sales_hours, 0) + signed_net_ht_eur end)
            as found_amount,
        sum(case when cohort_label = 'all' then coalesce(sales_hours, 0) + signed_net_ht_eur else 0 end)
            as expected_amount
    from teams
    group by team
    having sum(case when cohort_label = 'all' then -1 else 1 end * (coalesce(sales_hours, 0) + signed_net_ht_eur)) <> 0
    union all
    select
        'what is hidden is not the work of one person' as reason,
        hidden.team as compared_key,
        hidden.owner_count as found_amount,
        thresholds.minimum_owner_count as expected_amount
    from hidden
    cross join {{ ref('prep_profit_thresholds') }} as thresholds
    cross join company
    where company.is_effort_shown and hidden.owner_count < thresholds.minimum_owner_count
    union all
    select
        'the grain is one row per quarter and team' as reason,
        cohort_label || ' / ' || team as compared_key,
        count(*) as found_amount,
        1 as expected_amount
    from teams
    group by cohort_label, team
    having count(*) > 1
)

select * from failures
