{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- What was sold carries what it caused; what was credited carries nothing.
invoiced_lines as (
    select
        sale_id,
        {{ client_year_id('issued_on') }} as client_year_id,
        offer_id,
        cast(date_trunc('quarter', issued_on) as date) as quarter_on,
        greatest(invoice_price_ht_eur, 0) as carried_ht_eur,
        standard_cost_eur
    from {{ ref('fct_line_prices') }}
    where line_role in ('product', 'shipping') and offer_id is not null and not is_credit
),

invoiced_sales as (
    select sale_id
    from invoiced_lines
    group by sale_id
),

-- An order that is not invoiced yet is carried by what was signed.
ordered_lines as (
    select
        'order:' || order_lines.order_id as sale_id,
        order_lines.offer_id,
        cast(date_trunc('quarter', orders.signed_on) as date) as quarter_on,
        greatest(order_lines.change_ht_eur, 0) as carried_ht_eur,
        order_lines.standard_cost_eur
    from {{ ref('fct_order_lines') }} as order_lines
    inner join {{ ref('fct_orders') }} as orders on order_lines.order_id = orders.order_id
    left join invoiced_sales on 'order:' || order_lines.order_id = invoiced_sales.sale_id
    where
        order_lines.change_kind <> 'cancellation'
        and order_lines.offer_id is not null
        and invoiced_sales.sale_id is null
),

final as (
    {%- for carrier, lines in [
        ('sale_id', 'invoiced_lines'), ('client_year_id', 'invoiced_lines'), ('sale_id', 'ordered_lines')
    ] %}
        select
            {{ carrier }} as carrier_id,
            offer_id,
            quarter_on,
            cast(sum(carried_ht_eur) as decimal(18, 2)) as carried_ht_eur,
            cast(case when count(*) = count(standard_cost_eur) then sum(standard_cost_eur) end as decimal(18, 2))
                as standard_cost_eur
        from {{ lines }}
        group by {{ carrier }}, offer_id, quarter_on
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
