with

events as (
    select min(effective_on) as first_on
    from {{ ref('fct_revenue_chain_events') }}
),

months as (
    select {{ month_end('spine.day_on') }} as as_of_on
    from events
    inner join {{ date_spine("date '2000-01-01'", as_of(), 'month') }} as spine
        on spine.day_on >= date_trunc('month', events.first_on)
),

days as (
    select as_of_on from months
    where as_of_on < {{ as_of() }}
    union distinct
    select {{ as_of() }} as as_of_on
),

final as (
    select
        as_of_on,
        as_of_on = {{ month_end('as_of_on') }} as is_month_end,
        as_of_on = {{ as_of() }} as is_latest
    from days
)

select * from final
