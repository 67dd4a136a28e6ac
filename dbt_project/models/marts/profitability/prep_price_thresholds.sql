{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('map_price_thresholds') }}
),

final as (
    select
        {%- for name in ['minimum_sale_count', 'shrinkage_count', 'minimum_comparison_count'] %}
            max(threshold_value) filter (where threshold_name = '{{ name }}') as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from thresholds
)

select * from final
