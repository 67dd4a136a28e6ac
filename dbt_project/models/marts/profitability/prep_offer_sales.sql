{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

bands as (
    select * from {{ ref('prep_discount_bands') }}
),

-- An offer in a sale: one decision of price, whatever the number of its invoices.
priced as (
    select
        sale_id,
        offer_id,
        sum(quantity) as sold_quantity,
        sum(list_ht_eur) as list_ht_eur,
        sum(invoice_price_ht_eur) as invoice_price_ht_eur,
        sum(standard_cost_eur) as standard_cost_eur,
        round({{ divide('sum(list_ht_eur - invoice_price_ht_eur)', 'sum(list_ht_eur)') }}, 3) as discount_ratio
    from {{ ref('fct_line_prices') }}
    where offer_id is not null and is_listed
    group by sale_id, offer_id
    having sum(list_ht_eur) > 0
),

final as (
    select
        priced.*,
        bands.discount_band
    from priced
    inner join bands
        on
            priced.discount_ratio > bands.discount_above_ratio
            and priced.discount_ratio <= bands.discount_up_to_ratio
)

select * from final
