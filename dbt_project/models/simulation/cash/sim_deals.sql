with

deals as (
    select * from {{ ref('fct_deals') }}
),

final as (
    select
        deal_id,
        client_id,
        created_on as known_on,
        cast(deal_ht_eur * 100 as bigint) as deal_ht_cents,
        coalesce(deal_name, deal_id) as flow_label
    from deals
)

select * from final
