{%- set levels = price_steps() -%}
{%- set invoiced = levels['list_ht_eur'] + levels['invoice_price_ht_eur'] -%}
{%- set measures = {
    'list_ht_eur': levels['list_ht_eur'],
    'invoice_price_ht_eur': invoiced,
    'net_price_ht_eur': invoiced + ['credit_note', 'rebate', 'early_payment_discount', 'penalty'],
    'pocket_price_ht_eur': invoiced + levels['pocket_price_ht_eur'],
    'variable_eur': levels['contribution_after_credit_eur'],
    'floor_cost_eur': cost_steps() + ['cost_of_credit'],
} -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- An offer in a sale and a quarter is one price; what has no sale is summed by offer and client.
sales as (
    select
        {%- for measure, steps in measures.items() %}
            {{ sum_of_steps(steps) }} as {{ measure }},
        {%- endfor %}
        sum(step_eur) as real_margin_eur,
        quarter_on,
        offer_id,
        sale_id,
        order_id,
        client_id
    from {{ ref('fct_price_waterfall_steps') }}
    group by quarter_on, offer_id, sale_id, order_id, client_id
),

quantities as (
    select
        sale_id,
        offer_id,
        cast(date_trunc('quarter', issued_on) as date) as quarter_on,
        client_id,
        sum(quantity) as sold_quantity,
        bool_and(is_listed) as is_listed
    from {{ ref('fct_line_prices') }}
    where offer_id is not null
    group by sale_id, offer_id, quarter_on, client_id
),

orders as (
    select
        orders.order_id,
        deals.channel
    from {{ ref('fct_orders') }} as orders
    inner join {{ ref('fct_deals') }} as deals on orders.deal_id = deals.deal_id
),

final as (
    select
        sales.*,
        coalesce(clients.client_type, 'unallocated') as client_type,
        coalesce(orders.channel, 'unknown') as channel,
        quantities.sold_quantity,
        quantities.sold_quantity > 0 and quantities.is_listed and sales.list_ht_eur > 0 as is_priced
    from sales
    left join quantities
        on
            sales.sale_id = quantities.sale_id
            and sales.offer_id = quantities.offer_id
            and sales.quarter_on = quantities.quarter_on
            and sales.client_id = quantities.client_id
    left join orders on sales.order_id = orders.order_id
    left join {{ ref('dim_clients') }} as clients on sales.client_id = clients.client_id
)

select * from final
