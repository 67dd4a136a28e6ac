with

order_lines as (
    select * from {{ ref('int_order_lines') }}
),

orders as (
    select * from {{ ref('int_orders') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

final as (
    select
        order_lines.order_line_change_id,
        order_lines.order_line_id,
        order_lines.order_id,
        coalesce(identities.client_id, 'unknown') as client_id,
        order_lines.change_kind,
        order_lines.offer_id,
        coalesce(orders.sale_type, 'unknown') as sale_type,
        order_lines.quantity,
        {{ to_eur('order_lines.ht_doc_amount', 'orders.currency_code', 'orders.exchange_rate') }} as change_ht_eur,
        {{ to_eur('order_lines.ttc_doc_amount', 'orders.currency_code', 'orders.exchange_rate') }} as change_ttc_eur,
        order_lines.standard_cost_eur,
        order_lines.effective_on,
        coalesce(order_lines.recorded_on, order_lines.effective_on) as recorded_on,
        order_lines.promised_delivery_on,
        order_lines.reason as change_reason
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    left join identities on orders.client_id = identities.source_client_id
)

select * from final
