-- The euros that no order promised, followed as those of the orders are: from the invoice on.
with

events as (
    select * from {{ ref('fct_revenue_chain_events') }}
    where order_id is null
),

balances as (
    select * from {{ ref('fct_instalment_balances') }}
    where order_id is null
),

as_of_days as (
    select as_of_on from {{ ref('dim_as_of') }}
),

moves as (
    select
        client_id,
        {{ first_as_of('effective_on') }} as seen_on,
        case
            when event_type in ('invoiced', 'credited_rebill') then 'invoiced'
            when event_type in ('paid', 'reversed') then 'cashed'
            else event_type
        end as measure,
        event_ttc_eur as moved_ttc_eur
    from events
    union all
    select
        client_id,
        {{ first_as_of('balance_from_on') }} as seen_on,
        receivable_state as measure,
        open_ttc_eur as moved_ttc_eur
    from balances
    union all
    select
        client_id,
        {{ first_as_of('balance_to_on') }} as seen_on,
        receivable_state as measure,
        -open_ttc_eur as moved_ttc_eur
    from balances
),

running as (
    select * from {{ as_of_sums('moves', 'client_id', [
        'invoiced', 'credited_final', 'cashed', 'credit_allocated', 'written_off', 'not_due', 'retained', 'overdue',
        'credit_note'
    ]) }} as sums
),

final as (
    select
        running.client_id,
        as_of_days.as_of_on,
        running.invoiced_ttc as invoiced_ttc_eur,
        running.cashed_ttc as cashed_ttc_eur,
        running.credit_allocated_ttc as settled_by_credit_ttc_eur,
        running.not_due_ttc as invoiced_not_due_ttc_eur,
        running.retained_ttc as retained_ttc_eur,
        running.overdue_ttc as overdue_ttc_eur,
        cast(-running.credited_final_ttc as decimal(18, 2)) as credited_ttc_eur,
        running.written_off_ttc as written_off_ttc_eur,
        cast(-running.credit_note_ttc as decimal(18, 2)) as unused_credit_ttc_eur
    from running
    inner join as_of_days on running.from_on <= as_of_days.as_of_on and running.to_on > as_of_days.as_of_on
)

select * from final
