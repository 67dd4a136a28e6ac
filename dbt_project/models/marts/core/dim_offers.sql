with

offers as (
    select * from {{ ref('int_offers') }}
),

final as (
    select
        offer_id,
        offer_name,
        coalesce(family, 'unknown') as family,
        offer_kind,
        standard_unit_cost as standard_unit_cost_eur
    from offers
)

select * from final
