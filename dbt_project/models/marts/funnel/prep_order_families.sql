{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

sold as (
    select
        lines.order_id,
        offers.family,
        sum(lines.change_ht_eur) as sold_ht_eur
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('dim_offers') }} as offers on lines.offer_id = offers.offer_id
    where lines.change_kind <> 'cancellation'
    group by lines.order_id, offers.family
),

-- The family of an order is the one that weighs most in it.
final as (
    select
        order_id,
        {{ first_known('family', 'sold_ht_eur desc, family') }} as family
    from sold
    group by order_id
)

select * from final
