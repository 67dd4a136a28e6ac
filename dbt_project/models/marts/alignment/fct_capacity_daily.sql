with

days as (
    select * from {{ ref('prep_capacity_days') }}
),

dues as (
    select * from {{ ref('prep_due_days') }}
),

cumulated as (
    select
        days.resource_pool,
        days.date_on,
        days.week_on,
        days.is_planned,
        days.capacity_hours,
        sum(days.capacity_hours) over (
            partition by days.resource_pool order by days.date_on rows unbounded preceding
        ) as cumulative_capacity_hours,
        dues.committed_hours as cumulative_committed_hours,
        dues.expected_hours as cumulative_expected_hours
    from days
    left join dues on days.resource_pool = dues.resource_pool and days.date_on = dues.date_on
),

tested as (
    select
        *,
        case
            when cumulative_committed_hours is not null
                then greatest(cumulative_committed_hours - cumulative_capacity_hours, 0)
        end as overload_hours,
        case
            when cumulative_expected_hours is not null
                then greatest(cumulative_expected_hours - cumulative_capacity_hours, 0)
        end as expected_overload_hours
    from cumulated
),

spared as (
    select
        *,
        min(cumulative_capacity_hours - cumulative_committed_hours) over (
            partition by resource_pool order by date_on desc rows unbounded preceding
        ) as spare_hours
    from tested
),

final as (
    select
        resource_pool,
        date_on,
        week_on,
        is_planned as is_capacity_planned,
        {%- for measure in [
            'capacity', 'cumulative_capacity', 'cumulative_committed', 'cumulative_expected', 'overload',
            'expected_overload', 'spare'
        ] %}
            cast({{ measure }}_hours as decimal(12, 2)) as {{ measure }}_hours,
        {%- endfor %}
        max(case when cumulative_capacity_hours - cumulative_committed_hours = spare_hours then date_on end) over (
            partition by resource_pool, spare_hours
        ) as tightest_on
    from spared
)

select * from final
