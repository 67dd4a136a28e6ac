-- Euros move only on the days of an event. Each move is dated to the first as-of day that sees it; running sums over
-- the moves of an order give its states between two moves, and only then are they laid on the as-of days.
with

orders as (
    select * from {{ ref('fct_orders') }}
),

events as (
    select * from {{ ref('fct_revenue_chain_events') }}
    where order_id is not null
),

balances as (
    select * from {{ ref('fct_instalment_balances') }}
    where order_id is not null
),

as_of_days as (
    select * from {{ ref('dim_as_of') }}
),

moves as (
    select
        order_id,
        {{ first_as_of('effective_on') }} as seen_on,
        case
            when event_type in ('signed', 'amended') then 'signed'
            when event_type in ('invoiced', 'credited_rebill') then 'invoiced'
            when event_type in ('paid', 'reversed', 'credit_allocated') then 'cashed'
            else event_type
        end as measure,
        event_ttc_eur as moved_ttc_eur
    from events
    union all
    select
        order_id,
        {{ first_as_of('balance_from_on') }} as seen_on,
        receivable_state as measure,
        open_ttc_eur as moved_ttc_eur
    from balances
    union all
    select
        order_id,
        {{ first_as_of('balance_to_on') }} as seen_on,
        receivable_state as measure,
        -open_ttc_eur as moved_ttc_eur
    from balances
    union all
    select
        order_id,
        {{ first_as_of('signed_on') }} as seen_on,
        'signed' as measure,
        0 as moved_ttc_eur
    from orders
),

running as (
    select * from {{ as_of_sums('moves', 'order_id', [
        'signed', 'cancelled', 'invoiced', 'credited_final', 'cashed', 'written_off', 'delivered', 'not_due', 'retained',
        'overdue', 'credit_note'
    ]) }} as sums
),

remaining as (
    select
        *,
        signed_ttc + cancelled_ttc - invoiced_ttc as remain_ttc,
        greatest(least(delivered_ttc, signed_ttc + cancelled_ttc) - invoiced_ttc, 0) as delivered_to_invoice_ttc
    from running
),

final as (
    select
        orders.order_id,
        as_of_days.as_of_on,
        orders.client_id,
        orders.signed_on,
        remaining.signed_ttc as signed_ttc_eur,
        remaining.cashed_ttc as cashed_ttc_eur,
        remaining.not_due_ttc as invoiced_not_due_ttc_eur,
        remaining.retained_ttc as retained_ttc_eur,
        remaining.overdue_ttc as overdue_ttc_eur,
        cast(remaining.delivered_to_invoice_ttc as decimal(18, 2)) as delivered_to_invoice_ttc_eur,
        cast(greatest(remaining.remain_ttc, 0) - remaining.delivered_to_invoice_ttc as decimal(18, 2))
            as undelivered_to_invoice_ttc_eur,
        cast(-remaining.cancelled_ttc - remaining.credited_final_ttc as decimal(18, 2))
            as cancelled_or_credited_ttc_eur,
        remaining.written_off_ttc as written_off_ttc_eur,
        cast(greatest(-remaining.remain_ttc, 0) - remaining.credit_note_ttc as decimal(18, 2)) as over_invoiced_ttc_eur
    from remaining
    inner join orders on remaining.order_id = orders.order_id
    inner join as_of_days on remaining.from_on <= as_of_days.as_of_on and remaining.to_on > as_of_days.as_of_on
    where orders.signed_on <= as_of_days.as_of_on
)

select * from final
