{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

invoiced as (
    select
        lines.invoice_id,
        offers.family,
        sum(lines.line_ht_eur) as invoiced_ht_eur
    from {{ ref('fct_invoice_lines') }} as lines
    inner join {{ ref('dim_offers') }} as offers on lines.offer_id = offers.offer_id
    group by lines.invoice_id, offers.family
),

own_families as (
    select
        invoice_id,
        {{ first_known('family', 'invoiced_ht_eur desc, family') }} as family
    from invoiced
    group by invoice_id
),

-- An invoice is of the family of its order, so that a deposit is of what it announces; without one, of its own lines.
final as (
    select
        milestones.invoice_id,
        coalesce(orders.family, own_families.family, 'unknown') as family
    from {{ ref('fct_invoice_milestones') }} as milestones
    left join {{ ref('prep_order_families') }} as orders on milestones.order_id = orders.order_id
    left join own_families on milestones.invoice_id = own_families.invoice_id
)

select * from final
