{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('fct_orders') }}
),

waits as (
    select
        order_id,
        waiting_from_on,
        delivered_on,
        coalesce(least(issued_on, ended_on), date '9999-12-31') as waiting_to_on,
        part_ttc_eur
    from {{ ref('fct_delivery_billings') }}
),

waiting_orders as (
    select
        days.as_of_on,
        waits.order_id,
        min(waits.delivered_on) as oldest_delivered_on,
        sum(waits.part_ttc_eur) as unbilled_ttc_eur
    from waits
    inner join {{ ref('prep_steering_days') }} as days
        on waits.waiting_from_on <= days.as_of_on and waits.waiting_to_on > days.as_of_on
    -- Most are billed before any month's end: leave them out of the join.
    where {{ first_as_of('waits.waiting_from_on') }} < waits.waiting_to_on
    group by days.as_of_on, waits.order_id
),

final as (
    select
        'unbilled_delivery' as rule_id,
        waiting_orders.as_of_on,
        'order' as entity_kind,
        waiting_orders.order_id as entity_id,
        orders.order_number as entity_label,
        cast({{ days_between('waiting_orders.oldest_delivered_on', 'waiting_orders.as_of_on') }} as decimal(18, 6))
            as observed_quantity,
        cast(null as bigint) as observed_count,
        waiting_orders.unbilled_ttc_eur as stake_eur,
        {{ evidence(
            'select cast(:as_of_on as date) - min(delivered_on) from marts.fct_delivery_billings where order_id = :order_id '
            ~ "and waiting_from_on <= :as_of_on and coalesce(least(issued_on, ended_on), date '9999-12-31') > :as_of_on",
            ['waiting_orders.order_id', 'waiting_orders.as_of_on']
        ) }} as evidence_sql
    from waiting_orders
    inner join orders on waiting_orders.order_id = orders.order_id
)

select * from final
