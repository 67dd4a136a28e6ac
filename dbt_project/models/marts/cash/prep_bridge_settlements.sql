{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where allocation_kind in ('payment', 'reversal', 'unallocated', 'credit_note')
),

orders as (
    select * from {{ ref('fct_orders') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

-- Euros reach the bank on one day, and are absorbed on another: when a document takes them and, for an order, once it
-- is signed. What is unallocated is absorbed by nothing; a credit note never was on the bank account.
absorbed as (
    select
        allocations.client_id,
        orders.order_id,
        allocations.allocation_kind,
        allocations.allocated_ttc_eur,
        clients.segment as cash_segment,
        coalesce(orders.segment, clients.segment) as absorbed_segment,
        orders.signed_on,
        allocations.cash_on,
        case
            when allocations.allocation_kind <> 'unallocated'
                then greatest(allocations.effective_on, coalesce(orders.signed_on, allocations.effective_on))
        end as absorbed_on
    from allocations
    inner join clients on allocations.client_id = clients.client_id
    left join orders on allocations.order_id = orders.order_id
),

final as (
    select
        client_id,
        order_id,
        allocation_kind,
        allocated_ttc_eur,
        cash_segment,
        absorbed_segment,
        cast(date_trunc('month', signed_on) as date) as booked_month,
        cast(date_trunc('month', {{ first_as_of('cash_on') }}) as date) as cash_month,
        cast(date_trunc('month', {{ first_as_of('absorbed_on') }}) as date) as absorbed_month
    from absorbed
)

select * from final
