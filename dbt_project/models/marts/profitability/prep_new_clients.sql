{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- The first orders of a client; one that continues a client known before its first order on file wins nobody.
first_orders as (
    select
        orders.order_id,
        orders.client_id,
        clients.segment,
        orders.signed_on
    from {{ ref('fct_orders') }} as orders
    inner join {{ ref('dim_clients') }} as clients
        on orders.client_id = clients.client_id and orders.signed_on = clients.first_signed_on
    left join {{ ref('fct_deals') }} as deals on orders.deal_id = deals.deal_id
    where coalesce(deals.deal_type = 'new', true) and orders.signed_on <= {{ as_of() }}
),

first_touches as (
    select
        client_id,
        min(created_on) as first_touch_on
    from {{ ref('fct_deals') }}
    group by client_id
),

states as (
    select
        order_id,
        signed_ttc_eur - cancelled_or_credited_ttc_eur as kept_ttc_eur
    from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }} and signed_ttc_eur > cancelled_or_credited_ttc_eur
),

first_instalments as (
    select
        instalments.instalment_id,
        instalments.order_id,
        instalments.due_ttc_eur,
        row_number() over (
            partition by instalments.order_id
            order by instalments.due_on, instalments.issued_on, instalments.instalment_id
        ) as due_rank
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join first_orders on instalments.order_id = first_orders.order_id
    where instalments.due_ttc_eur > 0
),

-- Confirmed by cash: 95 % of what was kept of the order, or all of its first instalment, whichever comes first.
targets as (
    select
        'order:' || states.order_id as target_id,
        states.order_id,
        0.95 * states.kept_ttc_eur as target_ttc_eur
    from states
    inner join first_orders on states.order_id = first_orders.order_id
    union all
    select
        'instalment:' || first_instalments.instalment_id as target_id,
        first_instalments.order_id,
        first_instalments.due_ttc_eur as target_ttc_eur
    from first_instalments
    inner join states on first_instalments.order_id = states.order_id
    where first_instalments.due_rank = 1
),

cash as (
    select
        targets.target_id,
        allocations.effective_on,
        sum(allocations.allocated_ttc_eur) as cashed_ttc_eur
    from {{ ref('fct_payment_allocations') }} as allocations
    inner join targets
        on
            allocations.order_id = targets.order_id
            and targets.target_id in ('order:' || allocations.order_id, 'instalment:' || allocations.instalment_id)
    where allocations.allocation_kind in ('payment', 'reversal') and allocations.effective_on <= {{ as_of() }}
    group by targets.target_id, allocations.effective_on
),

running as (
    select
        target_id,
        effective_on,
        sum(cashed_ttc_eur) over (partition by target_id order by effective_on) as running_ttc_eur,
        sum(cashed_ttc_eur) over (partition by target_id) as cashed_ttc_eur
    from cash
),

confirmations as (
    select
        targets.order_id,
        min(running.effective_on) as confirmed_on
    from running
    inner join targets on running.target_id = targets.target_id
    where running.running_ttc_eur >= targets.target_ttc_eur and running.cashed_ttc_eur >= targets.target_ttc_eur
    group by targets.order_id
),

final as (
    select
        first_orders.client_id,
        first_orders.segment,
        first_orders.signed_on as first_signed_on,
        min(first_touches.first_touch_on) as first_touch_on,
        min(confirmations.confirmed_on) as confirmed_on
    from first_orders
    left join first_touches on first_orders.client_id = first_touches.client_id
    left join confirmations on first_orders.order_id = confirmations.order_id
    group by first_orders.client_id, first_orders.segment, first_orders.signed_on
)

select * from final
