{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- Two years, a year and a quarter up to the day; of months, those that begin in it.
final as (
    select
        as_of_on,
        is_latest,
        cast(as_of_on - interval '2 years' + interval '1 day' as date) as two_years_from_on,
        cast(as_of_on - interval '1 year' + interval '1 day' as date) as year_from_on,
        cast(as_of_on - interval '3 months' + interval '1 day' as date) as quarter_from_on
    from {{ ref('dim_as_of') }}
)

select * from final
