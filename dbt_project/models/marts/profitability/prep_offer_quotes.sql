{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

bands as (
    select * from {{ ref('prep_discount_bands') }}
),

-- The last price proposed, once the answer is known; without a deal, the quote says it.
decided as (
    select
        versions.quote_id,
        coalesce(deals.deal_id, versions.root_quote_id) as subject_id,
        coalesce(deals.outcome = 'won', versions.state = 'signed') as is_won
    from {{ ref('fct_quote_versions') }} as versions
    left join {{ ref('fct_deals') }} as deals on versions.deal_id = deals.deal_id
    where
        versions.is_last
        and (
            deals.outcome in ('won', 'lost')
            or (deals.deal_id is null and versions.state in ('signed', 'refused', 'expired'))
        )
),

priced as (
    select
        decided.subject_id,
        lines.offer_id,
        bool_or(decided.is_won) as is_won,
        round({{ divide('sum(lines.discount_ht_eur)', 'sum(lines.list_ht_eur)') }}, 3) as discount_ratio
    from decided
    inner join {{ ref('fct_quote_lines') }} as lines on decided.quote_id = lines.quote_id
    where lines.is_counted and lines.offer_id is not null
    group by decided.subject_id, lines.offer_id
    having sum(lines.list_ht_eur) > 0
),

final as (
    select
        priced.offer_id,
        priced.is_won,
        bands.discount_band
    from priced
    inner join bands
        on
            priced.discount_ratio > bands.discount_above_ratio
            and priced.discount_ratio <= bands.discount_up_to_ratio
)

select * from final
