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
        deals.family,
        deals.first_quoted_on as proposed_on
    from deals
)

select * from final
