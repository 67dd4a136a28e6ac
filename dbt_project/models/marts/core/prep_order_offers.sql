{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('fct_orders') }}
),

named as (
    select
        order_id,
        coalesce(offer_id, 'unknown') as offer_id,
        case when change_kind <> 'cancellation' then change_ht_eur else 0 end as sold_ht_eur,
        change_ht_eur as signed_ht_eur,
        standard_cost_eur,
        0 as revenue_ht_eur
    from {{ ref('fct_order_lines') }}
    union all
    select
        order_id,
        offer_id,
        0 as sold_ht_eur,
        0 as signed_ht_eur,
        null as standard_cost_eur,
        case when entry_kind = 'revenue' then entry_eur else 0 end as revenue_ht_eur
    from {{ ref('fct_margin_entries') }}
    where order_id is not null and offer_id is not null
),

-- An order that names no offer at all is of the unknown one.
order_offers as (
    select
        orders.order_id,
        orders.standard_cost_eur is not null as has_standard_cost,
        coalesce(named.offer_id, 'unknown') as offer_id,
        coalesce(sum(named.sold_ht_eur), 0) as sold_ht_eur,
        coalesce(sum(named.signed_ht_eur), 0) as signed_ht_eur,
        coalesce(sum(named.standard_cost_eur), 0) as standard_cost_eur,
        coalesce(sum(named.revenue_ht_eur), 0) as revenue_ht_eur
    from orders
    left join named on orders.order_id = named.order_id
    group by orders.order_id, has_standard_cost, coalesce(named.offer_id, 'unknown')
),

-- What was sold weighs; what was invoiced, where no order line says; otherwise all offers weigh the same.
weighed as (
    select
        *,
        case
            when sum(sold_ht_eur) over of_order > 0 then sold_ht_eur
            when sum(revenue_ht_eur) over of_order > 0 then revenue_ht_eur
            else 1
        end as weight_eur
    from order_offers
    window of_order as (partition by order_id)
),

final as (
    select
        order_id,
        offer_id,
        signed_ht_eur,
        case when has_standard_cost then signed_ht_eur - standard_cost_eur end as theoretical_margin_eur,
        weight_eur,
        weight_eur / sum(weight_eur) over (partition by order_id) as weight_ratio
    from weighed
)

select * from final
