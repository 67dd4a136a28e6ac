{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('map_profitability_thresholds') }}
),

-- What a person may discuss, as one row.
final as (
    select
        {%- for name in profitability_thresholds() %}
            max(threshold_value) filter (where threshold_name = '{{ name }}') as {{ name }},
        {%- endfor %}
        count(*) as threshold_count
    from thresholds
)

select * from final
