{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

calendar as (
    select
        date_on,
        case when date_on = month_end_on then 31 else cast(extract(day from date_on) as integer) end as month_day,
        max(date_on) filter (where is_target_day) over (order by date_on) as bank_day_before_on,
        min(date_on) filter (where is_target_day) over (
            order by date_on rows between current row and unbounded following
        ) as bank_day_after_on
    from {{ ref('dim_dates') }}
),

-- Companies pay by runs on these days; where banks are closed, the run takes place on the bank day before or after.
runs as (
    select
        bank_day_before_on as paid_on,
        month_day
    from calendar
    where month_day in (5, 10, 15, 20, 25, 31)
    union distinct
    select
        bank_day_after_on as paid_on,
        month_day
    from calendar
    where month_day in (5, 10, 15, 20, 25, 31)
),

-- A payment is meant for the run that it can belong to, else for its own day.
final as (
    select
        calendar.date_on as paid_on,
        coalesce(min(runs.month_day), min(calendar.month_day)) as month_day
    from calendar
    left join runs on calendar.date_on = runs.paid_on
    group by calendar.date_on
)

select * from final
