{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- When each order was promised, line by line, and when it came. What comes early, or month after month before the end
-- of its contract, is 0 days late; what has not come though its first promise is past is late by its present age.
with

changes as (
    select * from {{ ref('fct_order_lines') }}
    where effective_on <= {{ as_of() }}
),

promises as (
    select
        order_id,
        order_line_id,
        sum(change_ttc_eur) as line_ttc,
        {{ first_known('promised_delivery_on', 'effective_on, order_line_change_id') }} as promised_first_on,
        {{ first_known('promised_delivery_on', 'effective_on desc, order_line_change_id desc') }} as promised_last_on
    from changes
    group by order_id, order_line_id
),

deliveries as (
    select * from {{ ref('fct_deliveries') }}
    where delivered_on <= {{ as_of() }}
),

delivered_lines as (
    select
        order_line_id,
        sum(delivered_ttc_eur) as delivered_ttc
    from deliveries
    group by order_line_id
),

arrivals as (
    select
        promises.order_id,
        promises.promised_first_on as promised_on,
        deliveries.delivered_on,
        deliveries.delivered_ttc_eur as arrival_ttc
    from deliveries
    inner join promises on deliveries.order_line_id = promises.order_line_id
    where deliveries.delivered_ttc_eur > 0
    union all
    select
        promises.order_id,
        promises.promised_first_on as promised_on,
        null as delivered_on,
        promises.line_ttc - coalesce(delivered_lines.delivered_ttc, 0) as arrival_ttc
    from promises
    left join delivered_lines on promises.order_line_id = delivered_lines.order_line_id
    where
        promises.promised_first_on < {{ as_of() }}
        and promises.line_ttc > coalesce(delivered_lines.delivered_ttc, 0)
),

promised_orders as (
    select
        order_id,
        {{ weighted_day('promised_first_on', 'line_ttc') }} as promised_first_on,
        {{ weighted_day('promised_last_on', 'line_ttc') }} as promised_last_on
    from promises
    where line_ttc > 0
    group by order_id
),

arrived_orders as (
    select
        order_id,
        {{ weighted_day('delivered_on', 'arrival_ttc') }} as delivered_on,
        sum(arrival_ttc) filter (where delivered_on is not null and promised_on is not null) as arrived_ttc,
        sum(arrival_ttc * (delivered_on - promised_on)) filter (where delivered_on > promised_on) as arrived_euro_days,
        sum(arrival_ttc) filter (where delivered_on is null) as awaited_ttc,
        sum(arrival_ttc * ({{ as_of() }} - promised_on)) filter (where delivered_on is null) as awaited_euro_days
    from arrivals
    group by order_id
),

final as (
    select
        orders.order_id,
        promised_orders.promised_first_on,
        promised_orders.promised_last_on,
        arrived_orders.delivered_on,
        coalesce(arrived_orders.arrived_ttc, 0) as arrived_ttc,
        coalesce(arrived_orders.arrived_euro_days, 0) as arrived_euro_days,
        coalesce(arrived_orders.awaited_ttc, 0) as awaited_ttc,
        coalesce(arrived_orders.awaited_euro_days, 0) as awaited_euro_days
    from {{ ref('fct_orders') }} as orders
    left join promised_orders on orders.order_id = promised_orders.order_id
    left join arrived_orders on orders.order_id = arrived_orders.order_id
)

select * from final
