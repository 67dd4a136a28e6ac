with

quotes as (
    select * from {{ ref('fct_quote_versions') }}
),

final as (
    select
        quote_id,
        deal_id,
        issued_on as known_on,
        cast(proposed_ht_eur * 100 as bigint) as proposed_ht_cents
    from quotes
    where deal_id is not null and state <> 'draft' and proposed_ht_eur > 0
)

select * from final
