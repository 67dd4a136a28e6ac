with

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
    where doc_type <> 'credit_note' and due_ttc_eur > 0
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

final as (
    select
        instalments.instalment_id,
        instalments.client_id,
        greatest(invoices.recorded_on, instalments.issued_on) as known_on,
        instalments.issued_on,
        instalments.due_on,
        cast(instalments.due_ttc_eur * 100 as bigint) as due_ttc_cents,
        {{ divide('invoices.invoiced_vat_eur', 'invoices.invoiced_ttc_eur') }} as vat_ratio,
        instalments.instalment_kind = 'retention' as is_retention,
        invoices.disputed_from_on,
        invoices.disputed_to_on,
        coalesce(invoices.invoice_number, invoices.invoice_id) as flow_label
    from instalments
    inner join invoices on instalments.invoice_id = invoices.invoice_id
)

select * from final
