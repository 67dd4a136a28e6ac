{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

capacity as (
    select
        resource_pool,
        cast(date_trunc('week', week_on) as date) as week_on,
        sum(capacity_hours) as capacity_hours
    from {{ ref('int_capacity') }}
    where week_on <= {{ as_of() }} + 730
    group by 1, 2
),

-- A week to come that nobody planned is worth the same week a year before, holidays of the team included.
weeks as (
    select
        resource_pool,
        week_on
    from capacity
    union distinct
    select
        resource_pool,
        week_on + 364 as week_on
    from capacity
    where week_on + 364 >= cast(date_trunc('week', {{ as_of() }}) as date)
),

final as (
    select
        weeks.resource_pool,
        weeks.week_on,
        cast(coalesce(capacity.capacity_hours, year_before.capacity_hours) as decimal(12, 2)) as capacity_hours,
        capacity.capacity_hours is not null as is_planned
    from weeks
    left join capacity on weeks.resource_pool = capacity.resource_pool and weeks.week_on = capacity.week_on
    left join capacity as year_before
        on weeks.resource_pool = year_before.resource_pool and weeks.week_on = year_before.week_on + 364
)

select * from final
