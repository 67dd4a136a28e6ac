{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

settlements as (
    select * from {{ ref('prep_bridge_settlements') }}
),

-- Receipts that stand in another cell of the bridge than what absorbs them: they enter where the bank saw them, and
-- leave where they are absorbed.
shifted as (
    select * from settlements
    where
        allocation_kind <> 'credit_note'
        and (cash_month is distinct from absorbed_month or cash_segment <> absorbed_segment)
),

final as (
    select
        absorbed_month as bridge_month,
        absorbed_segment as segment,
        'cash_of_earlier_bookings' as step,
        'order' as subject_kind,
        order_id as subject_id,
        allocated_ttc_eur as step_eur
    from settlements
    where booked_month < absorbed_month

    union all

    select
        absorbed_month as bridge_month,
        absorbed_segment as segment,
        'cash_outside_crm' as step,
        'client' as subject_kind,
        client_id as subject_id,
        allocated_ttc_eur as step_eur
    from settlements
    where order_id is null and allocation_kind <> 'credit_note' and absorbed_month is not null

    union all

    -- Inside one order a credit note takes from one document what it gives to another; between two, no cash moves.
    select
        absorbed_month as bridge_month,
        absorbed_segment as segment,
        'credit_notes_used' as step,
        'order' as subject_kind,
        order_id as subject_id,
        -allocated_ttc_eur as step_eur
    from settlements
    where order_id is not null and allocation_kind = 'credit_note' and absorbed_month is not null

    union all

    select
        cash_month as bridge_month,
        cash_segment as segment,
        'unapplied_cash' as step,
        'client' as subject_kind,
        client_id as subject_id,
        allocated_ttc_eur as step_eur
    from shifted
    where cash_month is not null

    union all

    select
        absorbed_month as bridge_month,
        absorbed_segment as segment,
        'unapplied_cash' as step,
        'client' as subject_kind,
        client_id as subject_id,
        -allocated_ttc_eur as step_eur
    from shifted
    where absorbed_month is not null
)

select * from final
