{%- set loads = ['committed', 'expected'] -%}
{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- Hours due by each day from the as-of day on. What should have been done before is due at once; a subscription is due
-- day after day until its end, everything else on its day.
with

days as (
    select
        resource_pool,
        date_on
    from {{ ref('prep_capacity_days') }}
),

loaded as (
    select exists(select 1 from {{ ref('fct_promised_hours') }}) as has_hours
),

promised_hours as (
    select
        resource_pool,
        greatest(due_on, {{ as_of() }}) as due_on,
        is_periodic and due_on > {{ as_of() }} as is_spread,
        case when promise_kind = 'order' then needed_hours else 0 end as committed_hours,
        coalesce(expected_hours, 0) as expected_hours
    from {{ ref('fct_promised_hours') }}
    where due_on is not null
),

dues as (
    select
        resource_pool,
        due_on,
        is_spread,
        sum(committed_hours) as committed_hours,
        sum(expected_hours) as expected_hours
    from promised_hours
    group by resource_pool, due_on, is_spread
),

spread_dues as (
    select
        {%- for load in loads %}
            sum({{ prorate(
                'dues.' ~ load ~ '_hours',
                days_between(as_of(), 'least(days.date_on, dues.due_on)'),
                days_between(as_of(), 'dues.due_on')
            ) }}) as {{ load }}_hours,
        {%- endfor %}
        days.resource_pool,
        days.date_on
    from days
    inner join dues on days.resource_pool = dues.resource_pool and dues.is_spread
    group by days.resource_pool, days.date_on
),

final as (
    select
        {%- for load in loads %}
            case
                when loaded.has_hours
                    then
                        sum(coalesce(dues.{{ load }}_hours, 0)) over in_time
                        + coalesce(spread_dues.{{ load }}_hours, 0)
            end as {{ load }}_hours,
        {%- endfor %}
        days.resource_pool,
        days.date_on
    from days
    cross join loaded
    left join dues on days.resource_pool = dues.resource_pool and days.date_on = dues.due_on and not dues.is_spread
    left join spread_dues on days.resource_pool = spread_dues.resource_pool and days.date_on = spread_dues.date_on
    window in_time as (partition by days.resource_pool order by days.date_on rows unbounded preceding)
)

select * from final
