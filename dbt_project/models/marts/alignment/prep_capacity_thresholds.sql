{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('map_capacity_thresholds') }}
),

final as (
    select
        max(case when threshold_name = 'minimum_order_count' then threshold_value end) as minimum_order_count,
        max(case when threshold_name = 'shrinkage_count' then threshold_value end) as shrinkage_count,
        max(case when threshold_name = 'minimum_promise_count' then threshold_value end) as minimum_promise_count,
        max(case when threshold_name = 'decisive_ratio' then threshold_value end) as decisive_ratio
    from thresholds
)

select * from final
