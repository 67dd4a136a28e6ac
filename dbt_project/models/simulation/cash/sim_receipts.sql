with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where allocation_kind in ('payment', 'reversal', 'unallocated')
),

instalments as (
    select * from {{ ref('sim_instalments') }}
),

milestones as (
    select * from {{ ref('fct_invoice_milestones') }}
),

orders as (
    select * from {{ ref('sim_orders') }}
),

deals as (
    select
        fct_orders.order_id,
        fct_deals.created_on
    from {{ ref('fct_orders') }} as fct_orders
    inner join {{ ref('fct_deals') }} as fct_deals on fct_orders.deal_id = fct_deals.deal_id
),

-- Where the money was before it came: an event that did not precede the next one says nothing.
final as (
    select
        allocations.allocation_id,
        allocations.client_id,
        greatest(allocations.recorded_on, allocations.cash_on) as known_on,
        allocations.cash_on,
        cast(allocations.allocated_ttc_eur * 100 as bigint) as received_ttc_cents,
        case when instalments.instalment_id is not null then deals.created_on end as pipeline_from_on,
        case when instalments.instalment_id is not null then orders.known_on end as undelivered_from_on,
        case when instalments.instalment_id is not null then milestones.delivered_on end as to_invoice_from_on,
        instalments.known_on as receivable_from_on,
        case when instalments.is_retention then instalments.due_on end as retained_until_on
    from allocations
    left join instalments on allocations.instalment_id = instalments.instalment_id
    left join milestones on allocations.invoice_id = milestones.invoice_id
    left join orders on allocations.order_id = orders.order_id
    left join deals on allocations.order_id = deals.order_id
)

select * from final
