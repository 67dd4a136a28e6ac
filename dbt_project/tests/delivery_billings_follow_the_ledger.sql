{{ config(
    description='On each as-of day what is delivered and not invoiced is the state of its order; each delivered euro stands once.',
    meta={'dagster': {'ref': {'name': 'fct_delivery_billings'}}},
) }}

with

billings as (
    select * from {{ ref('fct_delivery_billings') }}
),

steps as (
    select * from {{ ref('prep_order_steps') }}
    where reached_ttc <> left_ttc
),

orders as (
    select * from {{ ref('fct_orders') }}
    where signed_on <= {{ as_of() }}
),

-- Where more is taken back to be issued again than was invoiced, the state has more to invoice than is delivered.
sound_orders as (
    select orders.*
    from orders
    left join steps
        on orders.order_id = steps.order_id and steps.measure = 'invoiced' and steps.reached_ttc < 0
    where steps.order_id is null
),

-- A return, or the limit of what is ordered, may undo deliveries taxed at another rate than its own.
plain_orders as (
    select orders.*
    from orders
    left join steps
        on
            orders.order_id = steps.order_id
            and steps.measure = 'billable'
            and steps.reached_ttc - steps.left_ttc <> steps.taxed_ttc
    where steps.order_id is null
),

deliveries as (
    select
        order_id,
        sum(case when event_type = 'delivered' then event_ttc_eur else 0 end) as delivered_ttc_eur,
        sum(case when event_type <> 'delivered' then event_ttc_eur else 0 end) as ordered_ttc_eur,
        sum(case when event_type = 'delivered' then event_ht_eur else 0 end) as delivered_ht_eur
    from {{ ref('fct_revenue_chain_events') }}
    where event_type in ('signed', 'amended', 'cancelled', 'delivered') and effective_on <= {{ as_of() }}
    group by order_id
),

standing as (
    select
        order_id,
        sum(part_ttc_eur) as part_ttc_eur,
        sum(part_ht_eur) as part_ht_eur
    from billings
    where is_standing
    group by order_id
),

-- Most parts are invoiced before a month ends, and wait on no as-of day.
waits as (
    select
        billings.order_id,
        days.as_of_on,
        billings.part_ttc_eur
    from billings
    inner join {{ ref('dim_as_of') }} as days
        on
            billings.waiting_from_on <= days.as_of_on
            and coalesce(billings.issued_on, billings.ended_on, date '9999-12-31') > days.as_of_on
),

found as (
    select
        waits.order_id || ' ' || waits.as_of_on as compared_key,
        sum(waits.part_ttc_eur) as amount
    from waits
    inner join sound_orders on waits.order_id = sound_orders.order_id and waits.as_of_on >= sound_orders.signed_on
    group by waits.order_id, waits.as_of_on
    union all
    select
        order_id || ' ttc' as compared_key,
        part_ttc_eur as amount
    from standing
    union all
    select
        standing.order_id || ' ht' as compared_key,
        standing.part_ht_eur as amount
    from standing
    inner join plain_orders on standing.order_id = plain_orders.order_id
),

expected as (
    select
        states.order_id || ' ' || states.as_of_on as compared_key,
        states.delivered_to_invoice_ttc_eur as amount
    from {{ ref('fct_order_euro_states') }} as states
    inner join sound_orders on states.order_id = sound_orders.order_id
    where states.delivered_to_invoice_ttc_eur <> 0
    union all
    select
        deliveries.order_id || ' ttc' as compared_key,
        least(deliveries.delivered_ttc_eur, deliveries.ordered_ttc_eur) as amount
    from deliveries
    inner join orders on deliveries.order_id = orders.order_id
    where least(deliveries.delivered_ttc_eur, deliveries.ordered_ttc_eur) > 0
    union all
    select
        deliveries.order_id || ' ht' as compared_key,
        deliveries.delivered_ht_eur as amount
    from deliveries
    inner join plain_orders on deliveries.order_id = plain_orders.order_id
    where least(deliveries.delivered_ttc_eur, deliveries.ordered_ttc_eur) > 0
)

{{ differences('billing', 'found', 'expected') }}
