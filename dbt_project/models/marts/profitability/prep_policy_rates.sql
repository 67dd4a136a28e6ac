{%- set rates = {
    'pocket_realisation_ratio': 'decimal(9, 6)', 'floor_unit_price_eur': 'decimal(18, 6)',
    'p10_price_index_ratio': 'decimal(9, 6)', 'p90_price_index_ratio': 'decimal(9, 6)'
} -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

cells as (
    select
        *,
        {{ divide('pocket_price_ht_eur', 'greatest(list_ht_eur, 0)') }} as pocket_realisation_ratio,
        {{ divide('-floor_cost_eur', 'greatest(sold_quantity, 0)', 'decimal(18, 6)') }} as floor_unit_price_eur,
        {{ divide('net_price_ht_eur', 'greatest(sold_quantity, 0)', 'decimal(18, 6)') }} as net_unit_price_eur
    from {{ ref('prep_policy_cells') }}
),

whole_offers as (
    select * from cells
    where is_whole_offer
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

-- A small cell says little: it is drawn to its offer.
paired as (
    select
        {%- for rate in rates %}
            whole_offers.{{ rate }} as parent_{{ rate }},
        {%- endfor %}
        cells.*,
        thresholds.shrinkage_count,
        cells.sale_count < thresholds.minimum_sale_count as is_small_sample
    from cells
    inner join whole_offers on cells.offer_id = whole_offers.offer_id
    cross join thresholds
    where not cells.is_whole_offer
),

final as (
    select
        {%- for rate, kind in rates.items() %}
            cast({{ shrink(rate, 'sale_count') }} as {{ kind }}) as shrunk_{{ rate }},
        {%- endfor %}
        *
    from paired
)

select * from final
