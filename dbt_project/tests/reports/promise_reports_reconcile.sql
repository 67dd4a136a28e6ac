{{ config(
    description='Each open promise is judged once; it holds exactly where its teams are done in time; effort and punctuality add up.',
    meta={'dagster': {'ref': {'name': 'rpt_promise_feasibility'}}},
) }}

with

promises as (
    select * from {{ ref('rpt_promise_feasibility') }}
),

open_orders as (
    select
        order_id as compared_key,
        undelivered_ht_eur as amount
    from {{ ref('fct_order_promises') }}
    where undelivered_ht_eur > 0
),

judged_orders as (
    select
        promise_id as compared_key,
        needed_ht_eur as amount
    from promises
    where promise_kind = 'order'
),

team_hours as (
    select
        promise_id as compared_key,
        cast(sum(needed_hours) as decimal(12, 2)) as amount
    from {{ ref('fct_promised_hours') }}
    where promise_kind = 'order'
    group by promise_id
),

order_hours as (
    select
        promise_id as compared_key,
        needed_hours as amount
    from promises
    where promise_kind = 'order' and needed_hours is not null
),

efforts as (
    select * from {{ ref('rpt_delivery_effort') }}
),

offer_hours as (
    select
        sale_type || ' / ' || resource_pool as compared_key,
        sum(worked_hours) as amount
    from efforts
    where offer_id <> 'all'
    group by sale_type, resource_pool
    union all
    select
        'all / ' || resource_pool as compared_key,
        sum(worked_hours) as amount
    from efforts
    where offer_id = 'all' and sale_type <> 'all'
    group by resource_pool
),

type_hours as (
    select
        sale_type || ' / ' || resource_pool as compared_key,
        cast(worked_hours as decimal(38, 2)) as amount
    from efforts
    where offer_id = 'all'
),

months as (
    select * from {{ ref('rpt_on_time_delivery') }}
),

due_orders as (
    select
        cast(date_trunc('month', promised_first_on) as date) as compared_key,
        count(*) as amount
    from {{ ref('fct_order_promises') }}
    where
        sale_type <> 'subscription' and undelivered_ht_eur is not null
        and promised_first_on <= {{ month_end(as_of()) }}
    group by compared_key
),

counted_orders as (
    select
        promised_month as compared_key,
        sum(order_count) as amount
    from months
    where team <> 'all'
    group by promised_month
),

company_orders as (
    select
        promised_month as compared_key,
        order_count as amount
    from months
    where team = 'all'
),

found as (
    {{ differences('each order with something left is judged once', 'judged_orders', 'open_orders') }}
    union all
    {{ differences('the hours of an order are those of its teams', 'order_hours', 'team_hours') }}
    union all
    {{ differences('the hours of the offers are those of their type of sale', 'offer_hours', 'type_hours') }}
),

found_months as (
    {{ differences('each order promised counts once', 'counted_orders', 'due_orders') }}
    union all
    {{ differences('the teams are the company', 'company_orders', 'due_orders') }}
),

failures as (
    select
        compared_key as row_label,
        reason
    from found
    union all
    select
        cast(compared_key as varchar) as row_label,
        reason
    from found_months
    union all
    select
        promise_id as row_label,
        'a promise holds if and only if its teams are done by its date' as reason
    from promises
    where
        overload_hours is not null
        and (overload_hours = 0) <> coalesce(earliest_credible_on <= greatest(promised_last_on, {{ as_of() }}), false)
    union all
    select
        promise_id as row_label,
        'the verdict is that of the hours' as reason
    from promises
    where
        (promise_verdict = 'infeasible') <> coalesce(overload_hours > 0 and promised_last_on >= {{ as_of() }}, false)
        or (promise_verdict in ('feasible', 'displacing') and coalesce(slack_days < 0, true))
        or (promise_verdict = 'feasible') <> coalesce(displaced_hours = 0 and promised_last_on >= {{ as_of() }}, false)
        or (promise_verdict = 'late') <> coalesce(promised_last_on < {{ as_of() }}, false)
    union all
    select
        offers.offer_id || ' / ' || offers.resource_pool as row_label,
        'an estimate lies between the offer and its type of sale' as reason
    from efforts as offers
    inner join efforts as types on offers.sale_type = types.sale_type and offers.resource_pool = types.resource_pool
    where
        types.offer_id = 'all'
        and offers.estimated_keur_hours not between
        least(offers.observed_keur_hours, types.observed_keur_hours) - 0.0001
        and greatest(offers.observed_keur_hours, types.observed_keur_hours) + 0.0001
    union all
    select
        team || ' / ' || promised_month as row_label,
        'a promise is kept, broken or not due yet' as reason
    from months
    where
        first_kept_count + first_broken_count > order_count or last_kept_count + last_broken_count > order_count
        or first_on_time_ratio not between 0 and 1
)

select * from failures
