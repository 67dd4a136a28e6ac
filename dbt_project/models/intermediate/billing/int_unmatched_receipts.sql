with

payments as (
    select * from {{ ref('int_payments') }}
),

credit_notes as (
    select * from {{ ref('int_unmatched_invoices') }}
    where doc_type = 'credit_note' and credited_invoice_id is not null and ttc_doc_amount < 0
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

matching_systems as (
    select payments.source_system
    from {{ ref('int_allocations') }} as allocations
    inner join payments on allocations.payment_id = payments.payment_id
    group by payments.source_system
),

-- What bounced settled nothing in the end, and a refund settles no invoice.
final as (
    select
        payments.payment_id as receipt_id,
        'payment' as counterpart_kind,
        identities.client_id,
        payments.payment_reference,
        cast(null as varchar) as credited_invoice_id,
        payments.paid_on as received_on,
        coalesce(payments.recorded_on, payments.paid_on) as recorded_on,
        payments.currency_code,
        payments.paid_doc_amount as received_doc_amount
    from payments
    left join matching_systems on payments.source_system = matching_systems.source_system
    left join identities on payments.client_id = identities.source_client_id
    where
        matching_systems.source_system is null
        and payments.direction = 'in'
        and payments.state = 'settled'

    union all

    select
        invoice_id as receipt_id,
        'credit_note' as counterpart_kind,
        client_id,
        cast(null as varchar) as payment_reference,
        credited_invoice_id,
        issued_on as received_on,
        recorded_on,
        currency_code,
        -ttc_doc_amount as received_doc_amount
    from credit_notes
)

select * from final
