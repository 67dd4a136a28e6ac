{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What a team can still work, day by day from the as-of day, whose evening it is: nothing is left of it. A week is
-- spread over its business days; a week that nobody planned, this year or the year before, has no capacity.
with

weeks as (
    select * from {{ ref('prep_capacity_weeks') }}
),

pools as (
    select
        resource_pool,
        max(week_on) + 6 as last_day_on
    from weeks
    group by resource_pool
),

dates as (
    select
        date_on,
        cast(date_trunc('week', date_on) as date) as week_on,
        case when is_fr_business_day then 1 else 0 end as business_days
    from {{ ref('dim_dates') }}
),

dates_in_week as (
    select
        *,
        sum(business_days) over (partition by week_on order by date_on rows unbounded preceding) as elapsed_days,
        sum(business_days) over (partition by week_on) as week_days
    from dates
),

days as (
    select
        pools.resource_pool,
        dates_in_week.date_on,
        dates_in_week.week_on,
        coalesce(weeks.is_planned, false) as is_planned,
        {{ prorate('weeks.capacity_hours', 'dates_in_week.elapsed_days', 'dates_in_week.week_days') }}
        - {{ prorate(
            'weeks.capacity_hours', '(dates_in_week.elapsed_days - dates_in_week.business_days)', 'dates_in_week.week_days'
        ) }} as capacity_hours
    from pools
    inner join dates_in_week on dates_in_week.date_on between {{ as_of() }} and pools.last_day_on
    left join weeks on pools.resource_pool = weeks.resource_pool and dates_in_week.week_on = weeks.week_on
),

final as (
    select
        resource_pool,
        date_on,
        week_on,
        is_planned,
        case when date_on > {{ as_of() }} then coalesce(capacity_hours, 0) else 0 end as capacity_hours
    from days
)

select * from final
