{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- Twelve months, that of the as-of day included.
final as (
    select
        as_of_on,
        is_latest,
        cast(date_trunc('month', as_of_on) - interval '11 months' as date) as year_from_on,
        cast(date_trunc('month', as_of_on) - interval '2 months' as date) as quarter_from_on
    from {{ ref('dim_as_of') }}
)

select * from final
