{{ config(
    description='I14: the steps reach every level of the bridge, and its levels are those of the deals, the orders and the bank.',
    meta={'dagster': {'ref': {'name': 'rpt_revenue_to_cash_bridge'}}},
) }}

with

bridge as (
    select
        *,
        bridge_month || ' / ' || segment || ' / ' || step as row_label
    from {{ ref('rpt_revenue_to_cash_bridge') }}
),

moves as (
    select * from {{ ref('fct_bridge_moves') }}
),

months as (
    select
        cast(date_trunc('month', as_of_on) as date) as bridge_month,
        as_of_on
    from {{ ref('dim_as_of') }}
),

reached as (
    select
        row_label as compared_key,
        reached_eur as amount
    from bridge
    where is_level and reached_eur is not null
),

levels as (
    select
        row_label as compared_key,
        step_eur as amount
    from bridge
    where is_level and reached_eur is not null
),

found as (
    select
        step || ' ' || bridge_month as compared_key,
        sum(step_eur) as amount
    from bridge
    where step in ('promised', 'signed', 'cash')
    group by step, bridge_month
    having sum(step_eur) <> 0
),

receipts as (
    select
        paid_on as received_on,
        received_ttc_eur
    from {{ ref('fct_payments') }}
    union all
    select
        bounced_on as received_on,
        -received_ttc_eur as received_ttc_eur
    from {{ ref('fct_payments') }}
    where bounced_on is not null
),

-- Straight from the facts: none of the models between them and the bridge is read here.
facts as (
    select
        'promised' as step,
        months.bridge_month,
        sum(deals.promised_ht_eur) as level_eur
    from {{ ref('fct_deals') }} as deals
    inner join months on cast(date_trunc('month', deals.expected_close_on) as date) = months.bridge_month
    where deals.created_on <= {{ as_of() }}
    group by months.bridge_month
    having sum(deals.promised_ht_eur) <> 0
    union all
    select
        'signed' as step,
        months.bridge_month,
        sum(order_lines.change_ttc_eur) as level_eur
    from {{ ref('fct_order_lines') }} as order_lines
    inner join {{ ref('fct_orders') }} as orders on order_lines.order_id = orders.order_id
    inner join months on cast(date_trunc('month', orders.signed_on) as date) = months.bridge_month
    where order_lines.change_kind <> 'cancellation' and order_lines.effective_on <= months.as_of_on
    group by months.bridge_month
    having sum(order_lines.change_ttc_eur) <> 0
    union all
    select
        'cash' as step,
        months.bridge_month,
        sum(receipts.received_ttc_eur) as level_eur
    from receipts
    inner join months on cast(date_trunc('month', receipts.received_on) as date) = months.bridge_month
    where receipts.received_on <= months.as_of_on
    group by months.bridge_month
    having sum(receipts.received_ttc_eur) <> 0
),

known_steps as (
    select step
    from bridge
    where step_eur is not null
    group by step
),

expected as (
    select
        facts.step || ' ' || facts.bridge_month as compared_key,
        facts.level_eur as amount
    from facts
    inner join known_steps on facts.step = known_steps.step
),

-- What a deal pushes out of one month it pulls into another, both of them covered.
shifts as (
    select
        moves.subject_id as compared_key,
        sum(moves.step_eur) as amount
    from moves
    inner join {{ ref('fct_deals') }} as deals on moves.subject_id = deals.deal_id
    inner join months on cast(date_trunc('month', deals.expected_close_on) as date) = months.bridge_month
    where moves.step in ('pushed_out', 'pulled_in')
    group by moves.subject_id
    having sum(moves.step_eur) <> 0
),

contributed as (
    select
        step || ' ' || bridge_month as compared_key,
        sum(step_eur) as amount
    from {{ ref('rpt_revenue_to_cash_contributors') }}
    group by step, bridge_month
    having count(*) < 20
),

moved as (
    select
        step || ' ' || bridge_month as compared_key,
        sum(step_eur) as amount
    from moves
    where step_eur is not null
    group by step, bridge_month
    having count(*) < 20
)

{{ differences('the steps do not reach the level', 'reached', 'levels') }}
union all
{{ differences('the level is not that of the facts', 'found', 'expected') }}
union all
select
    'what moves does not cancel' as reason,
    compared_key,
    amount as found_amount,
    0 as expected_amount
from shifts
union all
{{ differences('contributors are not those of the step', 'contributed', 'moved') }}
