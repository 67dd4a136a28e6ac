{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

proposed as (
    select
        quotes.deal_id,
        offers.family,
        sum(quote_lines.line_ht_eur) as proposed_ht_eur
    from {{ ref('fct_quote_versions') }} as quotes
    inner join {{ ref('fct_quote_lines') }} as quote_lines on quotes.quote_id = quote_lines.quote_id
    inner join {{ ref('dim_offers') }} as offers on quote_lines.offer_id = offers.offer_id
    where quotes.is_first and quotes.deal_id is not null and quote_lines.is_counted
    group by quotes.deal_id, offers.family
),

-- The family of a deal is the one that weighs most in what was first proposed; nobody knows it before.
final as (
    select
        deal_id,
        {{ first_known('family', 'proposed_ht_eur desc, family asc') }} as family
    from proposed
    group by deal_id
)

select * from final
