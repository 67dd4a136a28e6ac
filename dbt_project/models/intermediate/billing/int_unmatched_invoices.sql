with

invoices as (
    select * from {{ ref('int_invoices') }}
    where state = 'posted'
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

matching_systems as (
    select invoices.source_system
    from {{ ref('int_allocations') }} as allocations
    inner join invoices on allocations.invoice_id = invoices.invoice_id
    group by invoices.source_system
),

final as (
    select
        invoices.invoice_id,
        {{ bare_reference('invoices.invoice_number') }} as bare_number,
        invoices.doc_type,
        invoices.credited_invoice_id,
        identities.client_id,
        invoices.issued_on,
        coalesce(invoices.recorded_on, invoices.issued_on) as recorded_on,
        invoices.currency_code,
        invoices.ttc_doc_amount
    from invoices
    left join matching_systems on invoices.source_system = matching_systems.source_system
    left join identities on invoices.client_id = identities.source_client_id
    where matching_systems.source_system is null
)

select * from final
