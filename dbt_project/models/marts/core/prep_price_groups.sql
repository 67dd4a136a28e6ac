{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

amounts as (
    select
        *,
        case when is_to_spread then sale_id end as carrying_sale_id,
        -- The costs of an order that is not invoiced yet wait for its lines.
        case when is_to_spread and order_id is null then {{ client_year_id('amount_on') }} end
            as carrying_client_year_id,
        cast(date_trunc('quarter', amount_on) as date) as quarter_on
    from {{ ref('prep_price_amounts') }}
),

carriers as (
    select
        carrier_id,
        sum(carried_ht_eur) as carried_ht_eur,
        case when count(*) = count(standard_cost_eur) then sum(standard_cost_eur) end as standard_cost_eur
    from {{ ref('prep_price_cells') }}
    group by carrier_id
),

-- An amount goes over the offers of its sale, else over those of its client that year, else it stays where it is known.
located as (
    select
        amounts.step,
        amounts.sale_id,
        amounts.order_id,
        amounts.client_id,
        amounts.offer_id,
        amounts.quarter_on,
        amounts.amount_eur,
        coalesce(sales.carrier_id, client_years.carrier_id) as carrier_id,
        case
            when sales.carrier_id is not null then 'sale'
            when client_years.carrier_id is not null then 'client'
            else 'none'
        end as spread_over,
        -- What a standard cost foresees is shared by it; what is left, by revenue; what is all free, alike.
        case
            when
                amounts.step in ('material', 'subcontract', 'production_hours')
                and coalesce(sales.standard_cost_eur, client_years.standard_cost_eur) > 0
                then 'standard_cost'
            when coalesce(sales.carried_ht_eur, client_years.carried_ht_eur) > 0 then 'revenue'
            else 'offer'
        end as weighed_by
    from amounts
    left join carriers as sales on amounts.carrying_sale_id = sales.carrier_id
    left join carriers as client_years on amounts.carrying_client_year_id = client_years.carrier_id
),

final as (
    select
        step,
        spread_over,
        weighed_by,
        carrier_id,
        sale_id,
        order_id,
        client_id,
        offer_id,
        case when carrier_id is null then quarter_on end as quarter_on,
        cast(sum(amount_eur) as decimal(18, 2)) as amount_eur
    from located
    group by
        step,
        spread_over,
        weighed_by,
        carrier_id,
        sale_id,
        order_id,
        client_id,
        offer_id,
        case when carrier_id is null then quarter_on end
)

select * from final
