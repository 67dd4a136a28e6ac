with

promises as (
    select * from {{ ref('prep_promises') }}
    where promise_kind = 'order' or (promise_kind = 'quote' and promised_last_on is not null)
),

estimates as (
    select
        promise_kind,
        promise_id,
        min(estimate_basis) as estimate_basis,
        min(observed_order_count) as observed_order_count,
        cast(sum(needed_hours) as decimal(12, 2)) as needed_hours
    from {{ ref('fct_promised_hours') }}
    group by promise_kind, promise_id
),

ranked_tests as (
    select
        *,
        row_number() over (
            partition by promise_kind, promise_id
            order by overload_hours desc, reached_on desc nulls first, resource_pool asc
        ) as tightness_rank
    from {{ ref('fct_promise_tests') }}
),

-- A promise holds where every team that decides of it holds; where the capacity of one is unknown, so is the promise.
tests as (
    select
        promise_kind,
        promise_id,
        max(case when tightness_rank = 1 then resource_pool end) as tightest_pool,
        max(case when tightness_rank = 1 then load_by_then_hours end) as load_by_then_hours,
        max(case when tightness_rank = 1 then capacity_by_then_hours end) as capacity_by_then_hours,
        max(overload_hours) as overload_hours,
        max(displaced_hours) as displaced_hours,
        {{ first_known('displaced_on', 'displaced_hours desc, resource_pool') }} as displaced_on,
        case when count(*) = count(reached_on) then max(reached_on) end as earliest_credible_on
    from ranked_tests
    group by promise_kind, promise_id
    having count(*) = count(overload_hours)
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
        estimates.needed_hours,
        estimates.estimate_basis,
        estimates.observed_order_count,
        tests.tightest_pool,
        tests.load_by_then_hours,
        tests.capacity_by_then_hours,
        tests.overload_hours,
        tests.displaced_hours,
        tests.displaced_on,
        tests.earliest_credible_on,
        cast(promises.promised_last_on - tests.earliest_credible_on as integer) as slack_days,
        case
            when promises.promised_last_on < {{ as_of() }} then 'late'
            when tests.overload_hours is null then 'unknown'
            when tests.overload_hours > 0 then 'infeasible'
            when tests.displaced_hours > 0 then 'displacing'
            else 'feasible'
        end as promise_verdict
    from promises
    left join estimates
        on promises.promise_kind = estimates.promise_kind and promises.promise_id = estimates.promise_id
    left join tests on promises.promise_kind = tests.promise_kind and promises.promise_id = tests.promise_id
)

select * from final
