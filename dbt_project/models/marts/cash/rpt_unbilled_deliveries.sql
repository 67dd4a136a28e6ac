with

waits as (
    select * from {{ ref('prep_delivery_waits') }}
    where is_standing and issued_on is null
),

orders as (
    select * from {{ ref('fct_orders') }}
),

waiting_orders as (
    select
        order_id,
        client_id,
        client_name,
        client_type,
        segment,
        team,
        min(delivered_on) as oldest_delivered_on,
        min(month_end_on) as invoice_by_on,
        max(lag_days) as oldest_waiting_days,
        {{ divide('sum(part_ttc_eur * lag_days)', 'sum(part_ttc_eur)', 'decimal(9, 2)') }} as weighted_waiting_days,
        sum(part_ht_eur) as unbilled_ht_eur,
        sum(part_ttc_eur) as unbilled_ttc_eur,
        coalesce(sum(part_ttc_eur) filter (where month_end_on < {{ as_of() }}), 0) as invoicing_late_ttc_eur,
        sum(delay_cost_eur) as delay_cost_eur
    from waits
    group by order_id, client_id, client_name, client_type, segment, team
),

-- Late euros first (not cents of rounding): the law has them invoiced in the month of their delivery at the latest.
final as (
    select
        waiting_orders.order_id,
        orders.order_number,
        waiting_orders.client_id,
        waiting_orders.client_name,
        waiting_orders.client_type,
        waiting_orders.segment,
        waiting_orders.team,
        cast(row_number() over (
            order by
                round(waiting_orders.invoicing_late_ttc_eur) desc,
                waiting_orders.unbilled_ttc_eur desc,
                waiting_orders.order_id asc
        ) as integer) as urgency_rank,
        waiting_orders.oldest_delivered_on,
        waiting_orders.invoice_by_on,
        cast(waiting_orders.oldest_waiting_days as integer) as oldest_waiting_days,
        waiting_orders.weighted_waiting_days,
        cast(waiting_orders.unbilled_ht_eur as decimal(18, 2)) as unbilled_ht_eur,
        cast(waiting_orders.unbilled_ttc_eur as decimal(18, 2)) as unbilled_ttc_eur,
        cast(waiting_orders.invoicing_late_ttc_eur as decimal(18, 2)) as invoicing_late_ttc_eur,
        cast(waiting_orders.delay_cost_eur as decimal(18, 2)) as delay_cost_eur
    from waiting_orders
    inner join orders on waiting_orders.order_id = orders.order_id
)

select * from final
