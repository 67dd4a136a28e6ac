{%- set names = ['minimum_order_count', 'shrinkage_count', 'minimum_promise_count', 'decisive_ratio'] -%}
{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('map_capacity_thresholds') }}
),

final as (
    select
        {%- for name in names %}
            max(case when threshold_name = '{{ name }}' then threshold_value end) as {{ name }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from thresholds
)

select * from final
