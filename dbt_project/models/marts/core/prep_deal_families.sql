{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

proposed as (
    select
        quotes.deal_id,
        offers.family,
        sum(lines.line_ht_eur) as proposed_ht_eur
    from {{ ref('fct_quote_versions') }} as quotes
    inner join {{ ref('fct_quote_lines') }} as lines on quotes.quote_id = lines.quote_id
    inner join {{ ref('dim_offers') }} as offers on lines.offer_id = offers.offer_id
    where quotes.is_first and quotes.deal_id is not null and lines.is_counted
    group by quotes.deal_id, offers.family
),

-- The family of a deal is the one that weighs most in its first proposal; nobody knows it before.
final as (
    select
        deal_id,
        {{ first_known('family', 'proposed_ht_eur desc, family') }} as family
    from proposed
    group by deal_id
)

select * from final
