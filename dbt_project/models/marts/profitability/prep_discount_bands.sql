{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

bands as (
    select * from {{ ref('map_discount_bands') }}
),

final as (
    select
        discount_band,
        band_position,
        band_label_fr,
        discount_above_ratio,
        lead(discount_above_ratio, 1, 999) over (order by discount_above_ratio) as discount_up_to_ratio
    from bands
)

select * from final
