{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

sales as (
    select * from {{ ref('prep_offer_sales') }}
),

quotes as (
    select * from {{ ref('prep_offer_quotes') }}
),

margins as (
    select
        sale_id,
        offer_id,
        sum(step_eur) as real_margin_eur
    from {{ ref('fct_price_waterfall_steps') }}
    where sale_id is not null and offer_id is not null
    group by sale_id, offer_id
),

observations as (
    select
        sales.offer_id,
        sales.discount_band,
        1 as sale_count,
        sales.sold_quantity,
        sales.list_ht_eur,
        sales.invoice_price_ht_eur,
        margins.real_margin_eur,
        0 as decided_count,
        0 as won_count
    from sales
    inner join margins on sales.sale_id = margins.sale_id and sales.offer_id = margins.offer_id
    union all
    select
        offer_id,
        discount_band,
        0 as sale_count,
        null as sold_quantity,
        0 as list_ht_eur,
        0 as invoice_price_ht_eur,
        0 as real_margin_eur,
        1 as decided_count,
        case when is_won then 1 else 0 end as won_count
    from quotes
),

-- Quantities of different offers do not add up.
final as (
    select
        case when every_offer.is_every_offer then 'all' else observations.offer_id end as offer_id,
        observations.discount_band,
        sum(observations.sale_count) as sale_count,
        sum(observations.decided_count) as decided_count,
        sum(observations.won_count) as won_count,
        sum(observations.list_ht_eur) as list_ht_eur,
        sum(observations.invoice_price_ht_eur) as invoice_price_ht_eur,
        sum(observations.real_margin_eur) as real_margin_eur,
        avg(case when not every_offer.is_every_offer then observations.sold_quantity end) as average_quantity
    from observations
    cross join (values (false), (true)) as every_offer (is_every_offer)
    group by case when every_offer.is_every_offer then 'all' else observations.offer_id end, observations.discount_band
)

select * from final
