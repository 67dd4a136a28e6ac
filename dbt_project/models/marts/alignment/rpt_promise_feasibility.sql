with

promises as (
    select * from {{ ref('prep_promises') }}
    where promise_kind = 'order' or (promise_kind = 'quote' and promised_last_on is not null)
),

days as (
    select * from {{ ref('fct_capacity_daily') }}
),

-- A quote comes on top of what is signed. A team that hardly works for a promise does not decide of its date.
team_loads as (
    select
        hours.*,
        days.cumulative_capacity_hours as capacity_by_then_hours,
        days.cumulative_committed_hours + case when hours.promise_kind = 'quote' then hours.needed_hours else 0 end
            as load_by_then_hours,
        case when hours.promise_kind = 'quote' then hours.needed_hours else 0 end - days.spare_hours as excess_hours,
        days.tightest_on
    from {{ ref('fct_promised_hours') }} as hours
    left join days
        on hours.resource_pool = days.resource_pool
        and hours.is_decisive
        and hours.due_on is not null
        and greatest(hours.due_on, {{ as_of() }}) = days.date_on
    where hours.promise_kind in ('order', 'quote')
),

-- A team has done so many hours on the first day on which its cumulative capacity reaches them.
marks as (
    select
        resource_pool,
        cumulative_capacity_hours as reached_hours,
        date_on as reached_on
    from days
    union all
    select
        resource_pool,
        load_by_then_hours as reached_hours,
        null as reached_on
    from team_loads
    where load_by_then_hours is not null
),

reached as (
    select
        resource_pool,
        reached_hours,
        min(min(reached_on)) over (partition by resource_pool order by reached_hours desc) as reached_on
    from marks
    group by resource_pool, reached_hours
),

team_tests as (
    select
        team_loads.*,
        reached.reached_on,
        greatest(team_loads.load_by_then_hours - team_loads.capacity_by_then_hours, 0) as overload_hours
    from team_loads
    left join reached
        on team_loads.resource_pool = reached.resource_pool and team_loads.load_by_then_hours = reached.reached_hours
),

tests as (
    select
        promise_kind,
        promise_id,
        min(estimate_basis) as estimate_basis,
        min(order_count) as order_count,
        sum(needed_hours) as needed_hours,
        {%- for column in ['resource_pool', 'load_by_then_hours', 'capacity_by_then_hours', 'overload_hours'] %}
            {{ first_known(column, 'is_decisive desc, overload_hours desc, reached_on desc, resource_pool') }} as {{ column }},
        {%- endfor %}
        max(excess_hours) as excess_hours,
        {{ first_known('tightest_on', 'excess_hours desc, resource_pool') }} as tightest_on,
        case when count(*) filter (where is_decisive) = count(reached_on) then max(reached_on) end as earliest_credible_on,
        count(*) filter (where is_decisive) = count(capacity_by_then_hours) as is_tested
    from team_tests
    group by promise_kind, promise_id
),

final as (
    select
        promises.promise_id,
        promises.promise_kind,
        promises.client_id,
        promises.team,
        promises.sale_type,
        promises.offer_id,
        promises.promised_first_on,
        promises.promised_last_on,
        cast(promises.needed_ht_eur as decimal(18, 2)) as needed_ht_eur,
        cast(tests.needed_hours as decimal(12, 2)) as needed_hours,
        tests.estimate_basis,
        tests.order_count as observed_order_count,
        case when tests.is_tested then tests.resource_pool end as tightest_pool,
        {%- for measure in ['load_by_then', 'capacity_by_then', 'overload'] %}
            case when tests.is_tested then cast(tests.{{ measure }}_hours as decimal(12, 2)) end as {{ measure }}_hours,
        {%- endfor %}
        case when tests.is_tested then cast(greatest(tests.excess_hours, 0) as decimal(12, 2)) end as displaced_hours,
        case when tests.is_tested and tests.excess_hours > 0 then tests.tightest_on end as displaced_on,
        case when tests.is_tested then tests.earliest_credible_on end as earliest_credible_on,
        case when tests.is_tested then cast(promises.promised_last_on - tests.earliest_credible_on as integer) end
            as slack_days,
        case
            when promises.promised_last_on < {{ as_of() }} then 'late'
            when not coalesce(tests.is_tested, false) then 'unknown'
            when tests.overload_hours > 0 then 'infeasible'
            when tests.excess_hours > 0 then 'displacing'
            else 'feasible'
        end as promise_verdict
    from promises
    left join tests on promises.promise_kind = tests.promise_kind and promises.promise_id = tests.promise_id
)

select * from final
