with

documents as (
    select
        invoice_id,
        issued_on
    from {{ ref('int_invoices') }}
    where state = 'posted'
),

payments as (
    select
        payment_id,
        state,
        paid_on,
        coalesce(bounced_on, paid_on) as bounced_on
    from {{ ref('int_payments') }}
),

allocations as (
    select * from {{ ref('int_completed_allocations') }}
),

-- What is matched with a draft, a cancelled document or a cancelled payment settles nothing.
settlements as (
    select
        allocations.*,
        coalesce(payments.paid_on, allocations.allocated_on) as paid_on,
        case
            when payments.state = 'bounced' and {{ is_known('payments.bounced_on') }} then payments.bounced_on
        end as bounced_on,
        credit_notes.issued_on as credited_on,
        documents.issued_on
    from allocations
    inner join documents on allocations.invoice_id = documents.invoice_id
    left join payments on allocations.payment_id = payments.payment_id
    left join documents as credit_notes on allocations.credit_note_id = credit_notes.invoice_id
    where
        coalesce(payments.state, 'settled') <> 'cancelled'
        and (allocations.counterpart_kind <> 'credit_note' or credit_notes.invoice_id is not null)
),

invoice_legs as (
    select
        allocation_id as leg_id,
        invoice_id,
        instalment_id,
        counterpart_kind as allocation_kind,
        payment_id,
        credit_note_id,
        allocated_doc_amount,
        case when counterpart_kind = 'payment' then paid_on end as cash_on,
        greatest(
            issued_on,
            case counterpart_kind when 'payment' then paid_on when 'credit_note' then credited_on else allocated_on end
        ) as effective_on,
        allocated_on,
        bounced_on,
        allocation_quality
    from settlements
),

-- The same euros leave the credit note, so that inside one order they net to nothing.
credit_note_legs as (
    select
        leg_id || ':credit_note' as leg_id,
        credit_note_id as invoice_id,
        cast(null as varchar) as instalment_id,
        allocation_kind,
        payment_id,
        credit_note_id,
        -allocated_doc_amount as allocated_doc_amount,
        cash_on,
        effective_on,
        allocated_on,
        bounced_on,
        allocation_quality
    from invoice_legs
    where allocation_kind = 'credit_note'
),

final as (
    select * from invoice_legs
    union all
    select * from credit_note_legs
)

select * from final
