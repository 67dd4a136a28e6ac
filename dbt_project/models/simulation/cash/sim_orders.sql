with

orders as (
    select * from {{ ref('fct_orders') }}
),

signatures as (
    select
        order_id,
        min(greatest(recorded_on, effective_on)) as known_on
    from {{ ref('fct_order_lines') }}
    where change_kind = 'signature'
    group by order_id
),

final as (
    select
        orders.order_id,
        orders.client_id,
        greatest(signatures.known_on, orders.signed_on) as known_on,
        orders.sale_type,
        orders.signed_on,
        {{ divide('orders.signed_ttc_eur - orders.signed_ht_eur', 'orders.signed_ttc_eur') }} as vat_ratio,
        coalesce(orders.order_number, orders.order_id) as flow_label
    from orders
    inner join signatures on orders.order_id = signatures.order_id
)

select * from final
