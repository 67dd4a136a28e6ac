{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select
        deals.*,
        coalesce(deals.deal_type = 'new', true) and coalesce(deals.created_on <= clients.first_signed_on, true)
            as is_new_business
    from {{ ref('fct_deals') }} as deals
    inner join {{ ref('dim_clients') }} as clients on deals.client_id = clients.client_id
),

proposed as (
    select
        quotes.deal_id,
        offers.family,
        min(quotes.issued_on) as proposed_on,
        sum(lines.line_ht_eur) as proposed_ht_eur
    from {{ ref('fct_quote_versions') }} as quotes
    inner join {{ ref('fct_quote_lines') }} as lines on quotes.quote_id = lines.quote_id
    inner join {{ ref('dim_offers') }} as offers on lines.offer_id = offers.offer_id
    where quotes.is_first and quotes.deal_id is not null and lines.is_counted
    group by quotes.deal_id, offers.family
),

-- The family of a deal is the one that weighs most in its first proposal; nobody knows it before.
families as (
    select
        deal_id,
        family,
        proposed_on,
        row_number() over (partition by deal_id order by proposed_ht_eur desc, family asc) as family_rank
    from proposed
),

final as (
    select
        deals.deal_id,
        deals.client_id,
        deals.created_on,
        deals.closed_on,
        deals.outcome,
        deals.segment,
        deals.client_type,
        coalesce(deals.channel, 'unknown') as channel,
        deals.is_new_business,
        families.family,
        families.proposed_on
    from deals
    left join families on deals.deal_id = families.deal_id and families.family_rank = 1
)

select * from final
