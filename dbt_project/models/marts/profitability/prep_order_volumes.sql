{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

ordered as (
    select
        order_line_id,
        min(order_id) as order_id,
        min(offer_id) as offer_id,
        case when count(quantity) = count(*) then sum(quantity) end as signed_quantity,
        sum(change_ht_eur) as signed_ht_eur,
        sum(standard_cost_eur) as standard_cost_eur
    from {{ ref('fct_order_lines') }}
    group by order_line_id
),

price_corrections as (
    select invoice_id
    from {{ ref('fct_invoices') }}
    where doc_type = 'credit_note' and credit_reason in ('price', 'commercial')
),

-- A correction of price takes back no quantity, whatever its lines repeat of the invoice's.
volume_lines as (
    select lines.*
    from {{ ref('fct_invoice_lines') }} as lines
    left join price_corrections on lines.invoice_id = price_corrections.invoice_id
    where
        lines.order_id is not null
        and lines.line_role in ('product', 'shipping')
        and price_corrections.invoice_id is null
),

-- What carriage was foreseen to cost is in the standard cost of the offers that are invoiced as shipping.
shipping_offers as (
    select offer_id
    from volume_lines
    where line_role = 'shipping'
    group by offer_id
),

invoiced as (
    select
        order_id,
        order_line_id,
        case when count(quantity) = count(*) then sum(quantity) end as invoiced_quantity,
        sum(line_ht_eur) as invoiced_ht_eur
    from volume_lines
    group by order_id, order_line_id
),

-- Sold beyond the order, it is all volume.
matched as (
    select
        coalesce(ordered.order_id, invoiced.order_id) as order_id,
        ordered.signed_quantity,
        ordered.signed_ht_eur,
        ordered.standard_cost_eur,
        shipping_offers.offer_id is not null as is_shipping,
        invoiced.invoiced_quantity,
        coalesce(invoiced.invoiced_ht_eur, 0) as invoiced_ht_eur
    from invoiced
    full outer join ordered
        on invoiced.order_line_id = ordered.order_line_id and invoiced.order_id = ordered.order_id
    left join shipping_offers on ordered.offer_id = shipping_offers.offer_id
),

-- At the price signed: the quantity invoiced; where no quantity says, what was invoiced.
valued as (
    select
        order_id,
        is_shipping,
        case
            when invoiced_quantity = signed_quantity then signed_ht_eur
            else coalesce({{ prorate('signed_ht_eur', 'invoiced_quantity', 'signed_quantity') }}, invoiced_ht_eur)
        end as volume_ht_eur,
        case
            when invoiced_quantity = signed_quantity then standard_cost_eur
            else coalesce(
                {{ prorate('standard_cost_eur', 'invoiced_quantity', 'signed_quantity') }},
                {{ prorate('standard_cost_eur', 'invoiced_ht_eur', 'signed_ht_eur') }}
            )
        end as volume_cost_eur
    from matched
),

final as (
    select
        order_id,
        cast(sum(volume_ht_eur) as decimal(18, 2)) as volume_ht_eur,
        cast(coalesce(sum(volume_cost_eur) filter (where not is_shipping), 0) as decimal(18, 2))
            as volume_direct_cost_eur,
        cast(coalesce(sum(volume_cost_eur) filter (where is_shipping), 0) as decimal(18, 2))
            as volume_shipping_cost_eur
    from valued
    group by order_id
)

select * from final
