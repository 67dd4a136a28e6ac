with

planned_weeks as (
    select * from {{ ref('prep_capacity_weeks') }}
),

worked_weeks as (
    select
        resource_pool,
        cast(date_trunc('week', worked_on) as date) as week_on,
        sum(hours) as worked_hours
    from {{ ref('fct_time_entries') }}
    where worked_on <= {{ as_of() }}
    group by resource_pool, date_trunc('week', worked_on)
),

-- Promises are tested day by day; a week shows its last day, and its worst one.
coming_weeks as (
    select
        resource_pool,
        week_on,
        max(cumulative_capacity_hours) as cumulative_capacity_hours,
        max(cumulative_committed_hours) as cumulative_committed_hours,
        max(cumulative_expected_hours) as cumulative_expected_hours,
        max(overload_hours) as overload_hours,
        max(expected_overload_hours) as expected_overload_hours,
        max(spare_hours) as spare_hours
    from {{ ref('fct_capacity_daily') }}
    group by resource_pool, week_on
),

weeks as (
    {%- for relation in ['planned_weeks', 'worked_weeks', 'coming_weeks'] %}
        select
            resource_pool,
            week_on
        from {{ relation }}
        {%- if not loop.last %}
            union distinct
        {%- endif %}
    {%- endfor %}
),

loaded as (
    select exists(select 1 from worked_weeks) as has_time_entries
),

joined as (
    select
        weeks.resource_pool,
        weeks.week_on,
        planned_weeks.capacity_hours,
        coalesce(planned_weeks.is_planned, false) as is_planned,
        case
            when loaded.has_time_entries and weeks.week_on <= {{ as_of() }} then coalesce(worked_weeks.worked_hours, 0)
        end as worked_hours,
        weeks.week_on + 6 <= {{ as_of() }} as is_over,
        coming_weeks.cumulative_capacity_hours,
        coming_weeks.cumulative_committed_hours,
        coming_weeks.cumulative_expected_hours,
        coming_weeks.overload_hours,
        coming_weeks.expected_overload_hours,
        coming_weeks.spare_hours,
        lag(coming_weeks.cumulative_committed_hours, 1, 0) over in_time as former_committed_hours,
        lag(coming_weeks.cumulative_expected_hours, 1, 0) over in_time as former_expected_hours
    from weeks
    cross join loaded
    left join planned_weeks
        on weeks.resource_pool = planned_weeks.resource_pool and weeks.week_on = planned_weeks.week_on
    left join worked_weeks on weeks.resource_pool = worked_weeks.resource_pool and weeks.week_on = worked_weeks.week_on
    left join coming_weeks on weeks.resource_pool = coming_weeks.resource_pool and weeks.week_on = coming_weeks.week_on
    window in_time as (partition by weeks.resource_pool order by weeks.week_on)
),

final as (
    select
        resource_pool,
        week_on,
        is_over,
        cast(capacity_hours as decimal(12, 2)) as capacity_hours,
        is_planned as is_capacity_planned,
        cast(worked_hours as decimal(12, 2)) as worked_hours,
        case when is_over then {{ divide('worked_hours', 'capacity_hours') }} end as utilisation_ratio,
        cast(cumulative_committed_hours - coalesce(former_committed_hours, 0) as decimal(12, 2)) as committed_hours,
        cast(cumulative_expected_hours - coalesce(former_expected_hours, 0) as decimal(12, 2)) as expected_hours,
        cast(cumulative_capacity_hours as decimal(12, 2)) as cumulative_capacity_hours,
        cast(cumulative_committed_hours as decimal(12, 2)) as cumulative_committed_hours,
        cast(cumulative_expected_hours as decimal(12, 2)) as cumulative_expected_hours,
        {{ divide('cumulative_committed_hours', 'cumulative_capacity_hours') }} as saturation_ratio,
        {{ divide('cumulative_expected_hours', 'cumulative_capacity_hours') }} as expected_saturation_ratio,
        cast(overload_hours as decimal(12, 2)) as overload_hours,
        cast(expected_overload_hours as decimal(12, 2)) as expected_overload_hours,
        case when spare_hours is not null then cast(greatest(spare_hours, 0) as decimal(12, 2)) end as sellable_hours
    from joined
)

select * from final
