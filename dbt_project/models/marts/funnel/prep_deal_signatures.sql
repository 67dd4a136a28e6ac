{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('fct_deals') }}
),

orders as (
    select
        deal_id,
        min(signed_on) as signed_on
    from {{ ref('fct_orders') }}
    where deal_id is not null
    group by deal_id
),

-- An order dates the signature; without one, the closing of a deal won does.
final as (
    select
        deals.deal_id,
        coalesce(orders.signed_on, case when deals.outcome = 'won' then deals.closed_on end) as signed_on,
        nullif(deals.signed_ht_eur, 0) as signed_ht_eur
    from deals
    left join orders on deals.deal_id = orders.deal_id
    where coalesce(orders.signed_on, case when deals.outcome = 'won' then deals.closed_on end) <= {{ as_of() }}
)

select * from final
