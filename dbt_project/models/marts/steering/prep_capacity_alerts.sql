{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

loads as (
    select
        resource_pool,
        max(saturation_ratio) as saturation_ratio
    from {{ ref('rpt_capacity_load') }}
    where not is_over
    group by resource_pool
),

unkept as (
    select
        tightest_pool,
        sum(needed_ht_eur) as needed_ht_eur
    from {{ ref('rpt_promise_feasibility') }}
    where promise_verdict in ('late', 'infeasible')
    group by tightest_pool
),

promises as (
    select
        days.as_of_on,
        days.year_from_on,
        on_time.team,
        sum(on_time.first_kept_count) as kept_count,
        sum(on_time.first_broken_count) as broken_count
    from {{ ref('rpt_on_time_delivery') }} as on_time
    inner join {{ ref('prep_steering_days') }} as days
        on on_time.promised_month between days.year_from_on and days.as_of_on
    where on_time.team <> 'all'
    group by days.as_of_on, days.year_from_on, on_time.team
),

broken as (
    select
        days.as_of_on,
        coalesce(orders.team, 'unknown') as team,
        sum(orders.signed_net_ht_eur) as signed_net_ht_eur
    from {{ ref('fct_order_promises') }} as orders
    inner join {{ ref('prep_steering_days') }} as days
        on orders.promised_first_on between days.year_from_on and days.as_of_on
    where
        orders.sale_type <> 'subscription'
        and orders.undelivered_ht_eur is not null
        and coalesce(orders.delivered_on, {{ as_of() }}) > orders.promised_first_on
    group by days.as_of_on, coalesce(orders.team, 'unknown')
),

final as (
    select
        'team_overloaded' as rule_id,
        {{ as_of() }} as as_of_on,
        'resource_pool' as entity_kind,
        loads.resource_pool as entity_id,
        loads.resource_pool as entity_label,
        cast(loads.saturation_ratio as decimal(18, 6)) as observed_quantity,
        cast(null as bigint) as observed_count,
        coalesce(unkept.needed_ht_eur, 0) as stake_eur,
        {{ evidence(
            'select max(saturation_ratio) from marts.rpt_capacity_load where resource_pool = :resource_pool and not is_over',
            ['loads.resource_pool']
        ) }} as evidence_sql
    from loads
    left join unkept on loads.resource_pool = unkept.tightest_pool
    union all
    select
        'promises_broken' as rule_id,
        promises.as_of_on,
        'team' as entity_kind,
        promises.team as entity_id,
        promises.team as entity_label,
        {{ divide('promises.kept_count', 'promises.kept_count + promises.broken_count', 'decimal(18, 6)') }}
            as observed_quantity,
        promises.kept_count + promises.broken_count as observed_count,
        coalesce(broken.signed_net_ht_eur, 0) as stake_eur,
        {{ evidence(
            'select sum(first_kept_count) / sum(first_kept_count + first_broken_count) from marts.rpt_on_time_delivery '
            ~ 'where team = :team and promised_month between :year_from_on and :as_of_on',
            ['promises.team', 'promises.year_from_on', 'promises.as_of_on']
        ) }} as evidence_sql
    from promises
    left join broken on promises.team = broken.team and promises.as_of_on = broken.as_of_on
)

select * from final
