{{ config(
    description='Capacity, hours worked and hours promised are those of their facts, team by team; more load never makes a date better.',
    meta={'dagster': {'ref': {'name': 'rpt_capacity_load'}}},
) }}

with

weeks as (
    select * from {{ ref('rpt_capacity_load') }}
),

days as (
    select * from {{ ref('fct_capacity_daily') }}
),

horizons as (
    select
        resource_pool,
        max(date_on) as last_on
    from days
    group by resource_pool
),

-- A subscription that outlives what is known of the capacity is due in part only.
promised as (
    select
        hours.resource_pool,
        sum(hours.needed_hours) filter (where hours.promise_kind = 'order') as committed_hours,
        sum(coalesce(hours.expected_hours, 0)) as expected_hours,
        bool_or(hours.due_on > horizons.last_on and hours.is_periodic) as is_cut
    from {{ ref('fct_promised_hours') }} as hours
    inner join horizons on hours.resource_pool = horizons.resource_pool
    where hours.due_on <= horizons.last_on or hours.is_periodic
    group by hours.resource_pool
),

promised_hours as (
    select
        'committed: ' || resource_pool as compared_key,
        cast(coalesce(committed_hours, 0) as decimal(18, 2)) as amount
    from promised
    where not is_cut
    union all
    select
        'expected: ' || resource_pool as compared_key,
        cast(expected_hours as decimal(18, 2)) as amount
    from promised
    where not is_cut
),

loaded_hours as (
    {%- for load in ['committed', 'expected'] %}
        select
            '{{ load }}: ' || weeks.resource_pool as compared_key,
            cast(sum(weeks.{{ load }}_hours) as decimal(18, 2)) as amount
        from weeks
        inner join promised on weeks.resource_pool = promised.resource_pool
        where not promised.is_cut
        group by weeks.resource_pool
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

fact_hours as (
    select
        'capacity: ' || resource_pool as compared_key,
        cast(sum(capacity_hours) as decimal(18, 2)) as amount
    from {{ ref('int_capacity') }}
    where week_on <= {{ as_of() }} + 730
    group by resource_pool
    union all
    select
        'worked: ' || resource_pool as compared_key,
        cast(sum(hours) as decimal(18, 2)) as amount
    from {{ ref('fct_time_entries') }}
    where worked_on <= {{ as_of() }}
    group by resource_pool
    having sum(hours) <> 0
),

report_hours as (
    select
        'capacity: ' || resource_pool as compared_key,
        cast(sum(capacity_hours) as decimal(18, 2)) as amount
    from weeks
    where is_capacity_planned
    group by resource_pool
    union all
    select
        'worked: ' || resource_pool as compared_key,
        cast(sum(worked_hours) as decimal(18, 2)) as amount
    from weeks
    group by resource_pool
    having sum(worked_hours) <> 0
),

planned_weeks as (
    select
        resource_pool || ' / ' || week_on as compared_key,
        capacity_hours as amount
    from weeks
    where (capacity_hours <> 0 or is_capacity_planned) and week_on > {{ as_of() }}
),

spread_weeks as (
    select
        resource_pool || ' / ' || week_on as compared_key,
        cast(sum(capacity_hours) as decimal(12, 2)) as amount
    from days
    where week_on > {{ as_of() }}
    group by resource_pool, week_on
    having sum(capacity_hours) <> 0 or bool_or(is_capacity_planned)
),

failures as (
    {{ differences('the hours promised are the load of the teams', 'loaded_hours', 'promised_hours') }}
    union all
    {{ differences('capacity and hours worked are those of their facts', 'report_hours', 'fact_hours') }}
    union all
    {{ differences('a week is worth its days', 'spread_weeks', 'planned_weeks') }}
    union all
    select
        'the grain is one row per team and week' as reason,
        resource_pool || ' / ' || week_on as compared_key,
        count(*) as found_amount,
        1 as expected_amount
    from weeks
    group by resource_pool, week_on
    having count(*) > 1
    union all
    select
        'more load never makes a date better, and no load is taken back' as reason,
        resource_pool || ' / ' || date_on as compared_key,
        expected_overload_hours as found_amount,
        overload_hours as expected_amount
    from days
    where
        expected_overload_hours < overload_hours
        or cumulative_expected_hours < cumulative_committed_hours
        or overload_hours > greatest(-spare_hours, 0)
    union all
    select
        'a week lacks the hours of its worst day' as reason,
        weeks.resource_pool || ' / ' || weeks.week_on as compared_key,
        weeks.overload_hours as found_amount,
        max(days.cumulative_committed_hours - days.cumulative_capacity_hours) as expected_amount
    from weeks
    inner join days on weeks.resource_pool = days.resource_pool and weeks.week_on = days.week_on
    group by weeks.resource_pool, weeks.week_on, weeks.overload_hours
    having
        greatest(max(days.cumulative_committed_hours - days.cumulative_capacity_hours), 0)
        is distinct from coalesce(weeks.overload_hours, 0)
)

select * from failures
