{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

quoted_lines as (
    select * from {{ ref('fct_quote_lines') }}
    where is_counted and offer_id is not null
),

order_lines as (
    select
        order_line_id,
        min(order_id) as order_id,
        min(offer_id) as offer_id,
        sum(case when change_kind = 'signature' then change_ht_eur else 0 end) as signature_ht_eur,
        sum(case when change_kind <> 'cancellation' then quantity end) as ordered_quantity,
        sum(case when change_kind <> 'cancellation' then standard_cost_eur end) as standard_cost_eur
    from {{ ref('fct_order_lines') }}
    group by order_line_id
),

-- No sender says which quote line became an order line: of one offer, the dearest signed is the dearest quoted.
ranked_quoted as (
    select
        quote_id,
        offer_id,
        list_ht_eur,
        discount_ht_eur,
        discount_origin,
        row_number() over (
            partition by quote_id, offer_id order by line_ht_eur desc, list_ht_eur desc, quote_line_id asc
        ) as rank_in_offer
    from quoted_lines
),

ranked_ordered as (
    select
        order_lines.*,
        orders.quote_id,
        row_number() over (
            partition by order_lines.order_id, order_lines.offer_id
            order by order_lines.signature_ht_eur desc, order_lines.ordered_quantity desc, order_lines.order_line_id asc
        ) as rank_in_offer
    from order_lines
    inner join {{ ref('fct_orders') }} as orders on order_lines.order_id = orders.order_id
),

final as (
    select
        ranked_ordered.order_line_id,
        ranked_ordered.ordered_quantity,
        {{ divide('ranked_ordered.standard_cost_eur', 'ranked_ordered.ordered_quantity', 'decimal(18,6)') }}
            as standard_unit_cost_eur,
        ranked_quoted.list_ht_eur as quoted_list_ht_eur,
        ranked_quoted.discount_ht_eur as quoted_discount_ht_eur,
        ranked_quoted.discount_origin as quoted_origin
    from ranked_ordered
    left join ranked_quoted
        on
            ranked_ordered.quote_id = ranked_quoted.quote_id
            and ranked_ordered.offer_id = ranked_quoted.offer_id
            and ranked_ordered.rank_in_offer = ranked_quoted.rank_in_offer
)

select * from final
