{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select
        orders.*,
        coalesce(deals.created_on, orders.signed_on) as entered_on,
        coalesce(families.family, 'unknown') as family
    from {{ ref('fct_orders') }} as orders
    left join {{ ref('fct_deals') }} as deals on orders.deal_id = deals.deal_id
    left join {{ ref('prep_order_families') }} as families on orders.order_id = families.order_id
),

deliveries as (
    select * from {{ ref('fct_deliveries') }}
),

line_deliveries as (
    select
        order_line_id,
        sum(delivered_ht_eur) as delivered_ht_eur,
        max(delivered_on) as delivered_on
    from deliveries
    group by order_line_id
),

order_lines as (
    select
        order_id,
        order_line_id,
        sum(change_ht_eur) as line_ht_eur,
        max(effective_on) filter (where change_kind = 'cancellation') as cancelled_on
    from {{ ref('fct_order_lines') }}
    group by order_id, order_line_id
    having sum(change_ht_eur) > 0 or max(effective_on) filter (where change_kind = 'cancellation') is not null
),

-- Delivered, and not billed in full at the as-of date.
waiting_orders as (
    select
        deliveries.order_id,
        max(deliveries.delivered_on) as delivered_on
    from deliveries
    inner join {{ ref('fct_order_euro_states') }} as states on deliveries.order_id = states.order_id
    where states.as_of_on = {{ as_of() }} and states.delivered_to_invoice_ttc_eur > 0
    group by deliveries.order_id
),

final as (
    select
        'signed_to_delivered' as leg,
        3 as leg_position,
        orders.entered_on,
        orders.client_type,
        orders.family,
        orders.signed_on as started_on,
        case when line_deliveries.delivered_ht_eur >= order_lines.line_ht_eur then line_deliveries.delivered_on end
            as ended_on,
        case when order_lines.line_ht_eur <= 0 then order_lines.cancelled_on end as given_up_on
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    left join line_deliveries on order_lines.order_line_id = line_deliveries.order_line_id
    union all
    select
        'delivered_to_invoiced' as leg,
        4 as leg_position,
        milestones.entered_on,
        milestones.client_type,
        families.family,
        milestones.delivered_on as started_on,
        milestones.issued_on as ended_on,
        null as given_up_on
    from {{ ref('fct_invoice_milestones') }} as milestones
    inner join {{ ref('prep_invoice_families') }} as families on milestones.invoice_id = families.invoice_id
    union all
    select
        'delivered_to_invoiced' as leg,
        4 as leg_position,
        orders.entered_on,
        orders.client_type,
        orders.family,
        waiting_orders.delivered_on as started_on,
        null as ended_on,
        null as given_up_on
    from waiting_orders
    inner join orders on waiting_orders.order_id = orders.order_id
)

select * from final
