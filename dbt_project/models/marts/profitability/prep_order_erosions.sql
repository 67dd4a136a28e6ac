{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

volumes as (
    select * from {{ ref('prep_order_volumes') }}
),

-- To serve a subscription is to produce it.
margins as (
    select
        margins.*,
        coalesce(volumes.volume_ht_eur, 0) as volume_ht_eur,
        coalesce(volumes.volume_direct_cost_eur, 0) as volume_direct_cost_eur,
        coalesce(volumes.volume_shipping_cost_eur, 0) as volume_shipping_cost_eur,
        case when margins.sale_type = 'subscription' then margins.support_hours_eur else 0 end as produced_hours_eur,
        case when margins.sale_type = 'subscription' then margins.support_eur else 0 end as produced_support_eur
    from {{ ref('prep_order_margins') }} as margins
    left join volumes on margins.order_id = volumes.order_id
),

spent as (
    select
        *,
        cast(-production_hours_eur - produced_hours_eur as decimal(18, 2)) as hours_spent_eur,
        cast(-material_eur - subcontract_eur - produced_support_eur as decimal(18, 2)) as purchases_spent_eur
    from margins
),

gaps as (
    select
        *,
        cast(hours_spent_eur + purchases_spent_eur - volume_direct_cost_eur as decimal(18, 2)) as direct_gap_eur,
        cast(hours_spent_eur + purchases_spent_eur as decimal(18, 2)) as direct_spent_eur
    from spent
),

-- A cause is positive where it takes from the margin. The foreseen cost is not split by nature: hours and purchases
-- share the gap with it as they were spent.
causes as (
    select
        *,
        volume_ht_eur - revenue_ht_eur as price_erosion_eur,
        theoretical_margin_eur - (volume_ht_eur - volume_direct_cost_eur - volume_shipping_cost_eur)
            as volume_erosion_eur,
        coalesce({{ prorate('direct_gap_eur', 'hours_spent_eur', 'direct_spent_eur') }}, 0) as hours_erosion_eur,
        -rework_hours_eur - warranty_eur as rework_erosion_eur,
        -freight_eur - volume_shipping_cost_eur as freight_erosion_eur,
        -commission_eur as commission_erosion_eur,
        -payment_fee_eur - early_payment_discount_eur - cost_of_credit_eur as payment_erosion_eur,
        -bad_debt_eur as bad_debt_erosion_eur,
        -support_eur - support_hours_eur + produced_support_eur + produced_hours_eur - admin_hours_eur - overhead_eur
            as service_erosion_eur
    from gaps
),

known as (
    select
        *,
        direct_gap_eur - hours_erosion_eur as purchases_erosion_eur,
        has_margin and theoretical_margin_eur is not null as has_erosion
    from causes
),

final as (
    select
        *,
        greatest(
            {%- for cause in erosion_causes() %}
                {{ cause }}_erosion_eur{{ ',' if not loop.last }}
            {%- endfor %}
        ) as largest_erosion_eur
    from known
)

select * from final
