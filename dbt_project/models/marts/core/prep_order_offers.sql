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
        case when change_kind <> 'cancellation' then standard_cost_eur else 0 end as foreseen_eur,
        change_ht_eur as signed_ht_eur,
        standard_cost_eur,
        0 as revenue_ht_eur
    from {{ ref('fct_order_lines') }}
    union all
    select
        order_id,
        offer_id,
        0 as sold_ht_eur,
        0 as foreseen_eur,
        0 as signed_ht_eur,
        0 as standard_cost_eur,
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
        count(*) = count(named.foreseen_eur) as is_foreseen,
        coalesce(sum(named.sold_ht_eur), 0) as sold_ht_eur,
        coalesce(sum(named.foreseen_eur), 0) as foreseen_eur,
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
        end as weight_eur,
        bool_and(is_foreseen) over of_order and sum(foreseen_eur) over of_order > 0 as has_cost_weights
    from order_offers
    window of_order as (partition by order_id)
),

-- Direct costs follow what each offer was foreseen to cost, where every line says: an offer sold under its cost would
-- otherwise live on the margin of its neighbours.
final as (
    select
        order_id,
        offer_id,
        signed_ht_eur,
        case when has_standard_cost then signed_ht_eur - standard_cost_eur end as theoretical_margin_eur,
        cast(weight_eur as decimal(18, 2)) as weight_eur,
        cast(case when has_cost_weights then foreseen_eur else weight_eur end as decimal(18, 2)) as cost_weight_eur
    from weighed
)

select * from final
