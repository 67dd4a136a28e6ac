{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- The first orders of a new client bear what was spent to win clients, the others what was spent on existing ones.
orders as (
    select
        orders.order_id,
        orders.deal_id,
        orders.segment,
        extract(year from orders.signed_on) as cost_year,
        orders.signed_on = clients.first_signed_on and coalesce(deals.deal_type = 'new', true) as is_new_business,
        greatest(orders.signature_ht_eur, 0.01) as weight_eur,
        1 as equal_weight
    from {{ ref('fct_orders') }} as orders
    inner join {{ ref('dim_clients') }} as clients on orders.client_id = clients.client_id
    left join {{ ref('fct_deals') }} as deals on orders.deal_id = deals.deal_id
),

won_deals as (
    select deal_id
    from orders
    where deal_id is not null
    group by deal_id
),

costs as (
    select
        costs.*,
        won_deals.deal_id as won_deal_id,
        extract(year from costs.spent_on) as cost_year
    from {{ ref('fct_acquisition_costs') }} as costs
    left join won_deals on costs.deal_id = won_deals.deal_id
),

deal_costs as (
    select
        won_deal_id,
        sum(cost_eur) as cost_eur
    from costs
    where won_deal_id is not null
    group by won_deal_id
),

-- Marketing, and the hours of deals that brought no order, are borne by what their segment signed in the year.
cell_costs as (
    select
        segment,
        cost_year,
        is_new_business,
        sum(cost_eur) as cost_eur
    from costs
    where won_deal_id is null and segment is not null
    group by segment, cost_year, is_new_business
),

won_orders as (
    select
        orders.order_id,
        orders.deal_id,
        orders.weight_eur,
        cast(deal_costs.cost_eur as decimal(18, 2)) as cost_eur
    from orders
    inner join deal_costs on orders.deal_id = deal_costs.won_deal_id
),

cell_orders as (
    select
        orders.order_id,
        orders.segment,
        orders.cost_year,
        orders.is_new_business,
        orders.equal_weight,
        cast(cell_costs.cost_eur as decimal(18, 2)) as cost_eur
    from orders
    inner join cell_costs
        on
            orders.segment = cell_costs.segment
            and orders.cost_year = cell_costs.cost_year
            and orders.is_new_business = cell_costs.is_new_business
),

shares as (
    select
        order_id,
        part_eur
    from {{ largest_remainder('won_orders', 'cost_eur', 'weight_eur', 'deal_id', 'order_id', 'part_eur') }}
    union all
    select
        order_id,
        part_eur
    from {{ largest_remainder(
        'cell_orders', 'cost_eur', 'equal_weight', 'segment, cost_year, is_new_business', 'order_id', 'part_eur'
    ) }}
),

final as (
    select
        order_id,
        cast(-sum(part_eur) as decimal(18, 2)) as acquisition_cost_eur
    from shares
    group by order_id
)

select * from final
