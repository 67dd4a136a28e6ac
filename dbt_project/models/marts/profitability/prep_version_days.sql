{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- The as-of day, and the month-ends of the year before it.
final as (
    select
        as_of_on,
        is_latest,
        min(as_of_on) over () as first_on
    from {{ ref('dim_as_of') }}
    where as_of_on >= {{ as_of() }} - interval 1 year
)

select * from final
