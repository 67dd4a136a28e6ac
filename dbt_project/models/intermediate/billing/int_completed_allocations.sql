-- What the senders match is believed; where they match nothing, payments go to what they name, then oldest first.
with

delivered as (
    select * from {{ ref('int_allocations') }}
),

named as (
    select * from {{ ref('int_named_allocations') }}
),

oldest_first as (
    select * from {{ ref('int_oldest_first_allocations') }}
),

invoices as (
    select
        invoice_id,
        ttc_doc_amount
    from {{ ref('int_unmatched_invoices') }}
),

-- A payment that names an invoice and misses it by a few cents (bank fees, a slip) settles it all the same.
rests as (
    select
        named.invoice_id,
        invoices.ttc_doc_amount - sum(named.allocated_doc_amount) as rest_doc_amount,
        max(named.allocated_on) as allocated_on
    from named
    inner join invoices on named.invoice_id = invoices.invoice_id
    group by named.invoice_id, invoices.ttc_doc_amount
),

final as (
    select
        allocation_id,
        invoice_id,
        instalment_id,
        case
            when counterpart_kind = 'write_off' and abs(allocated_doc_amount) > {{ var('write_off_cap') }}
                then 'bad_debt'
            else counterpart_kind
        end as counterpart_kind,
        payment_id,
        credit_note_id,
        allocated_doc_amount,
        allocated_on,
        allocation_quality
    from delivered

    union all

    select
        receipt_id || '>' || invoice_id as allocation_id,
        invoice_id,
        cast(null as varchar) as instalment_id,
        counterpart_kind,
        case when counterpart_kind = 'payment' then receipt_id end as payment_id,
        case when counterpart_kind = 'credit_note' then receipt_id end as credit_note_id,
        allocated_doc_amount,
        allocated_on,
        'reference' as allocation_quality
    from named

    union all

    select
        receipt_id || '>>' || invoice_id as allocation_id,
        invoice_id,
        cast(null as varchar) as instalment_id,
        'payment' as counterpart_kind,
        receipt_id as payment_id,
        cast(null as varchar) as credit_note_id,
        allocated_doc_amount,
        allocated_on,
        'oldest_first' as allocation_quality
    from oldest_first

    union all

    select
        invoice_id || '>rest' as allocation_id,
        invoice_id,
        cast(null as varchar) as instalment_id,
        'write_off' as counterpart_kind,
        cast(null as varchar) as payment_id,
        cast(null as varchar) as credit_note_id,
        cast(rest_doc_amount as decimal(18, 2)) as allocated_doc_amount,
        allocated_on,
        'tolerance' as allocation_quality
    from rests
    where rest_doc_amount > 0 and rest_doc_amount <= {{ var('write_off_cap') }}
)

select * from final
