{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

lots as (
    select * from {{ ref('prep_lots') }}
),

days as (
    select * from {{ ref('prep_behaviour_days') }}
),

-- What was known of each lot on each day: how it had been settled, or that it was open. A client in insolvency
-- proceedings may not pay: its days stop at their opening.
known_lots as (
    select
        lots.*,
        days.*,
        lots.known_on <= days.as_of_on as is_settled,
        case
            when lots.outcome in ('paid', 'settled') and lots.known_on <= days.as_of_on then lots.ended_on
            else least(lots.ended_on, days.as_of_on, lots.insolvent_on)
        end as stopped_on
    from lots
    inner join days
        on
            lots.issued_on <= days.as_of_on
            and greatest(lots.known_on, lots.due_on) > days.history_after_on
),

final as (
    select
        as_of_on,
        is_latest,
        client_id,
        invoice_id,
        payment_id,
        instrument,
        stopped_on,
        lot_ttc_eur,
        lot_quantity,
        known_on > history_after_on as is_recent,
        due_on > history_after_on as is_due_in_history,
        known_on > recent_after_on as is_in_trend,
        -- What is unpaid counts as late at its present age, a lower bound; what is not due yet says nothing.
        case
            when factored_on <= as_of_on then 'factored'
            when is_settled and outcome in ('paid', 'settled') then outcome
            when stopped_on > due_on then 'unpaid'
            else 'not_due'
        end as outcome,
        due_on - issued_on as term_days,
        stopped_on - issued_on as pay_days,
        stopped_on - due_on as late_days,
        stopped_on - due_on - case
            when disputed_from_on is null then 0
            else greatest(
                least(stopped_on, coalesce(disputed_to_on, stopped_on)) - greatest(due_on, disputed_from_on - 1), 0
            )
        end as undisputed_late_days,
        -- The same, seen from the middle of the trend: paid in the half before it, or overdue on that day.
        case
            when factored_on <= as_of_on then null
            when known_on <= recent_after_on
                then case when known_on > former_after_on and outcome <> 'settled' then stopped_on - due_on end
            when issued_on <= recent_after_on and least(stopped_on, recent_after_on) > due_on
                then least(stopped_on, recent_after_on) - due_on
        end as former_late_days
    from known_lots
)

select * from final
