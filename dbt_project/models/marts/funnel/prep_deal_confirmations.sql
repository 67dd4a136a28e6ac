{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('fct_orders') }}
    where deal_id is not null
),

latest_states as (
    select * from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

-- Signed net of cancellation: something of the order is left 90 days after its signature.
kept_orders as (
    select order_lines.order_id
    from {{ ref('fct_order_lines') }} as order_lines
    inner join orders on order_lines.order_id = orders.order_id
    where order_lines.effective_on <= orders.signed_on + 90
    group by order_lines.order_id
    having sum(order_lines.change_ht_eur) > 0
),

cash_by_instalment as (
    select
        instalment_id,
        sum(allocated_ttc_eur) as cashed_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where allocation_kind in ('payment', 'reversal') and instalment_id is not null and effective_on <= {{ as_of() }}
    group by instalment_id
),

first_instalments as (
    select
        instalments.order_id,
        instalments.due_ttc_eur,
        cash_by_instalment.cashed_ttc_eur
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join orders on instalments.order_id = orders.order_id
    left join cash_by_instalment on instalments.instalment_id = cash_by_instalment.instalment_id
    where instalments.due_ttc_eur > 0
    qualify row_number() over (
        partition by instalments.order_id
        order by instalments.due_on, instalments.issued_on, instalments.instalment_id
    ) = 1
),

-- Cash-confirmed: what is kept of an order is cashed at 95 %, or its first instalment in full.
final as (
    select
        orders.deal_id,
        bool_or(kept_orders.order_id is not null) as is_kept,
        bool_or(
            kept_orders.order_id is not null
            and coalesce(latest_states.cashed_ttc_eur, 0) > 0
            and (
                coalesce(first_instalments.cashed_ttc_eur >= first_instalments.due_ttc_eur, false)
                or latest_states.cashed_ttc_eur
                >= 0.95 * (latest_states.signed_ttc_eur - latest_states.cancelled_or_credited_ttc_eur)
            )
        ) as is_cash_confirmed
    from orders
    left join kept_orders on orders.order_id = kept_orders.order_id
    left join first_instalments on orders.order_id = first_instalments.order_id
    left join latest_states on orders.order_id = latest_states.order_id
    group by orders.deal_id
)

select * from final
