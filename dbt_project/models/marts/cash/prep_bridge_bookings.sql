{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('fct_orders') }}
),

-- What an order had become at the end of its month of signature, amendments of that month included.
final as (
    select
        orders.order_id,
        orders.deal_id,
        orders.segment,
        cast(date_trunc('month', orders.signed_on) as date) as bridge_month,
        states.signed_ttc_eur,
        states.cashed_ttc_eur,
        states.invoiced_not_due_ttc_eur,
        states.retained_ttc_eur,
        states.overdue_ttc_eur,
        states.delivered_to_invoice_ttc_eur,
        states.undelivered_to_invoice_ttc_eur,
        states.cancelled_or_credited_ttc_eur,
        states.written_off_ttc_eur,
        states.over_invoiced_ttc_eur
    from {{ ref('fct_order_euro_states') }} as states
    inner join orders
        on
            states.order_id = orders.order_id
            and states.as_of_on = {{ first_as_of('orders.signed_on') }}
)

select * from final
