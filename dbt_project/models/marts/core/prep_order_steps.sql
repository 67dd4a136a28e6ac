{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- How far each order has come, day after day: what is billable (the less of what is delivered and what is ordered), and
-- what is invoiced. Within a day what goes down comes first, so that a rebill undoes an older invoice.
with

events as (
    select
        order_id,
        event_type,
        effective_on,
        event_ht_eur,
        event_ttc_eur,
        source_key
    from {{ ref('fct_revenue_chain_events') }}
    where order_id is not null and effective_on <= {{ as_of() }}
),

days as (
    select
        order_id,
        effective_on,
        cast(sum(case when event_type = 'delivered' then event_ht_eur else 0 end) as decimal(18, 2)) as day_ht,
        cast(sum(case when event_type = 'delivered' then event_ttc_eur else 0 end) as decimal(18, 2)) as day_ttc,
        cast(sum(case when event_type = 'delivered' then 0 else event_ttc_eur end) as decimal(18, 2)) as day_ordered_ttc
    from events
    where event_type in ('signed', 'amended', 'cancelled', 'delivered')
    group by order_id, effective_on
),

reached_days as (
    select
        *,
        cast(sum(day_ht) over in_time as decimal(18, 2)) as delivered_ht,
        cast(sum(day_ttc) over in_time as decimal(18, 2)) as delivered_ttc,
        cast(sum(day_ordered_ttc) over in_time as decimal(18, 2)) as ordered_ttc
    from days
    window in_time as (partition by order_id order by effective_on)
),

-- The tax of a step is that of the day's deliveries; of all those before, where an amendment makes them billable.
final as (
    select
        order_id,
        'billable' as measure,
        effective_on as stepped_on,
        cast(null as varchar) as invoice_id,
        case when day_ttc > 0 then day_ht else delivered_ht end as taxed_ht,
        case when day_ttc > 0 then day_ttc else delivered_ttc end as taxed_ttc,
        least(delivered_ttc - day_ttc, ordered_ttc - day_ordered_ttc) as left_ttc,
        least(delivered_ttc, ordered_ttc) as reached_ttc
    from reached_days
    union all
    select
        order_id,
        'invoiced' as measure,
        effective_on as stepped_on,
        source_key as invoice_id,
        null as taxed_ht,
        null as taxed_ttc,
        cast(sum(event_ttc_eur) over in_time - event_ttc_eur as decimal(18, 2)) as left_ttc,
        cast(sum(event_ttc_eur) over in_time as decimal(18, 2)) as reached_ttc
    from events
    where event_type in ('invoiced', 'credited_rebill')
    window in_time as (
        partition by order_id order by effective_on, event_ttc_eur > 0, source_key rows unbounded preceding
    )
)

select * from final
