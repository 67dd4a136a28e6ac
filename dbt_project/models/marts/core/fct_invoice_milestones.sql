with

invoices as (
    select * from {{ ref('fct_invoices') }}
    where doc_type <> 'credit_note'
),

orders as (
    select * from {{ ref('fct_orders') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

clients as (
    select
        client_id,
        client_type
    from {{ ref('dim_clients') }}
),

delivery_days as (
    select
        order_id,
        delivered_on
    from {{ ref('fct_deliveries') }}
    where delivered_ht_eur > 0
    group by order_id, delivered_on
),

invoice_deliveries as (
    select * from {{ billed_deliveries('invoices', 'delivery_days') }} as billed
),

final as (
    select
        invoices.invoice_id,
        invoices.order_id,
        orders.deal_id,
        invoices.client_id,
        coalesce(orders.client_type, clients.client_type, 'unknown') as client_type,
        coalesce(deals.created_on, orders.signed_on, invoices.issued_on) as entered_on,
        deals.created_on,
        deals.first_quoted_on,
        orders.signed_on,
        invoice_deliveries.delivered_on,
        invoices.issued_on
    from invoices
    left join orders on invoices.order_id = orders.order_id
    left join deals on orders.deal_id = deals.deal_id
    left join clients on invoices.client_id = clients.client_id
    left join invoice_deliveries on invoices.invoice_id = invoice_deliveries.invoice_id
)

select * from final
