{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('map_funnel_thresholds') }}
),

-- What a person may discuss, as one row.
final as (
    select
        max(threshold_value) filter (where threshold_name = 'minimum_count') as minimum_count,
        max(threshold_value) filter (where threshold_name = 'minimum_month_count') as minimum_month_count,
        max(threshold_value) filter (where threshold_name = 'shrinkage_count') as shrinkage_count,
        max(threshold_value) filter (where threshold_name = 'velocity_window_days') as velocity_window_days
    from thresholds
)

select * from final
