-- For the systems that match nothing themselves: what the payments of a client name no invoice for settles its oldest
-- invoices. Payments and invoices, each in its order, are laid end to end on one line; between two ends there is one
-- payment and one invoice. A rest of at most the tolerance is no payment: it stays, or is written off, where it is.
with

invoices as (
    select * from {{ ref('int_unmatched_invoices') }}
    where ttc_doc_amount > 0 and client_id is not null
),

payments as (
    select * from {{ ref('int_unmatched_receipts') }}
    where counterpart_kind = 'payment' and client_id is not null
),

named as (
    select * from {{ ref('int_named_allocations') }}
),

used as (
    select
        receipt_id,
        sum(allocated_doc_amount) as used_doc_amount
    from named
    group by receipt_id
),

settled as (
    select
        invoice_id,
        sum(allocated_doc_amount) as settled_doc_amount
    from named
    group by invoice_id
),

payment_ends as (
    select
        payments.*,
        sum(payments.received_doc_amount - coalesce(used.used_doc_amount, 0)) over (
            partition by payments.client_id, payments.currency_code
            order by payments.received_on, payments.receipt_id rows unbounded preceding
        ) as end_doc_amount
    from payments
    left join used on payments.receipt_id = used.receipt_id
    where
        payments.received_doc_amount - coalesce(used.used_doc_amount, 0)
        > case when used.receipt_id is null then 0 else {{ var('write_off_cap') }} end
),

invoice_ends as (
    select
        invoices.*,
        sum(invoices.ttc_doc_amount - coalesce(settled.settled_doc_amount, 0)) over (
            partition by invoices.client_id, invoices.currency_code
            order by invoices.issued_on, invoices.invoice_id rows unbounded preceding
        ) as end_doc_amount
    from invoices
    left join settled on invoices.invoice_id = settled.invoice_id
    where
        invoices.ttc_doc_amount - coalesce(settled.settled_doc_amount, 0)
        > case when settled.invoice_id is null then 0 else {{ var('write_off_cap') }} end
),

ends as (
    select
        client_id,
        currency_code,
        end_doc_amount,
        end_doc_amount as payment_end,
        null as invoice_end
    from payment_ends
    union all
    select
        client_id,
        currency_code,
        end_doc_amount,
        null as payment_end,
        end_doc_amount as invoice_end
    from invoice_ends
),

pieces as (
    select
        client_id,
        currency_code,
        end_doc_amount - coalesce(lag(end_doc_amount) over line, 0) as piece_doc_amount,
        min(payment_end) over (line rows between current row and unbounded following) as payment_end,
        min(invoice_end) over (line rows between current row and unbounded following) as invoice_end
    from ends
    window line as (partition by client_id, currency_code order by end_doc_amount)
),

final as (
    select
        payment_ends.receipt_id,
        invoice_ends.invoice_id,
        greatest(payment_ends.recorded_on, invoice_ends.recorded_on) as allocated_on,
        cast(pieces.piece_doc_amount as decimal(18, 2)) as allocated_doc_amount
    from pieces
    inner join payment_ends
        on
            pieces.client_id = payment_ends.client_id
            and pieces.currency_code = payment_ends.currency_code
            and pieces.payment_end = payment_ends.end_doc_amount
    inner join invoice_ends
        on
            pieces.client_id = invoice_ends.client_id
            and pieces.currency_code = invoice_ends.currency_code
            and pieces.invoice_end = invoice_ends.end_doc_amount
    where pieces.piece_doc_amount > 0
)

select * from final
