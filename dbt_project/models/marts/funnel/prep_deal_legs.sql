{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deal_signatures as (
    select
        deal_id,
        min(signed_on) as signed_on
    from {{ ref('fct_orders') }}
    where deal_id is not null
    group by deal_id
),

deals as (
    select
        deals.client_type,
        coalesce(deals.family, 'unknown') as family,
        deals.created_on,
        deals.first_quoted_on,
        coalesce(deal_signatures.signed_on, case when deals.outcome = 'won' then deals.closed_on end) as signed_on,
        case when deals.outcome <> 'open' then deals.closed_on end as given_up_on
    from {{ ref('fct_deals') }} as deals
    left join deal_signatures on deals.deal_id = deal_signatures.deal_id
),

final as (
    select
        'created_to_quoted' as leg,
        1 as leg_position,
        created_on as entered_on,
        client_type,
        family,
        created_on as started_on,
        first_quoted_on as ended_on,
        given_up_on
    from deals
    union all
    select
        'quoted_to_signed' as leg,
        2 as leg_position,
        created_on as entered_on,
        client_type,
        family,
        first_quoted_on as started_on,
        signed_on as ended_on,
        given_up_on
    from deals
)

select * from final
