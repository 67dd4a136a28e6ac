with

days as (
    select * from {{ ref('fct_capacity_daily') }}
),

-- A quote comes on top of what is signed. A team that hardly works for a promise does not decide of its date.
hours as (
    select
        *,
        case when promise_kind = 'quote' then needed_hours else 0 end as added_hours
    from {{ ref('fct_promised_hours') }}
    where promise_kind in ('order', 'quote') and is_decisive and due_on is not null
),

loads as (
    select
        hours.promise_kind,
        hours.promise_id,
        hours.resource_pool,
        hours.due_on,
        hours.needed_hours,
        days.cumulative_committed_hours + hours.added_hours as load_by_then_hours,
        days.cumulative_capacity_hours as capacity_by_then_hours,
        days.spare_hours - hours.added_hours as spare_hours,
        days.tightest_on
    from hours
    left join days
        on hours.resource_pool = days.resource_pool and greatest(hours.due_on, {{ as_of() }}) = days.date_on
),

-- A team has done so many hours on the first day on which its cumulative capacity reaches them.
marks as (
    select
        resource_pool,
        cumulative_capacity_hours as reached_hours,
        date_on
    from days
    union all
    select
        resource_pool,
        load_by_then_hours as reached_hours,
        null as date_on
    from loads
),

reached_days as (
    select
        resource_pool,
        reached_hours,
        min(min(date_on)) over (partition by resource_pool order by reached_hours desc) as reached_on
    from marks
    where reached_hours is not null
    group by resource_pool, reached_hours
),

final as (
    select
        loads.promise_kind,
        loads.promise_id,
        loads.resource_pool,
        loads.due_on,
        loads.needed_hours,
        cast(loads.load_by_then_hours as decimal(12, 2)) as load_by_then_hours,
        loads.capacity_by_then_hours,
        case
            when loads.load_by_then_hours is not null
                then cast(greatest(loads.load_by_then_hours - loads.capacity_by_then_hours, 0) as decimal(12, 2))
        end as overload_hours,
        case
            when loads.spare_hours is not null then cast(greatest(-loads.spare_hours, 0) as decimal(12, 2))
        end as displaced_hours,
        case when loads.spare_hours < 0 then loads.tightest_on end as displaced_on,
        reached_days.reached_on
    from loads
    left join reached_days
        on loads.resource_pool = reached_days.resource_pool and loads.load_by_then_hours = reached_days.reached_hours
)

select * from final
