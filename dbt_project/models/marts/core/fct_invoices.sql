with

invoices as (
    select * from {{ ref('int_invoices') }}
    where state = 'posted'
),

orders as (
    select * from {{ ref('int_orders') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

-- A credit note without an order belongs to the order of the invoice that it corrects.
located as (
    select
        invoices.*,
        coalesce(invoices.order_id, credited.order_id) as named_order_id
    from invoices
    left join invoices as credited on invoices.credited_invoice_id = credited.invoice_id
),

-- An order that no sender knows is outside the CRM.
final as (
    select
        located.invoice_id,
        located.invoice_number,
        located.doc_type,
        located.credit_reason,
        located.credited_invoice_id,
        coalesce(identities.client_id, 'unknown') as client_id,
        orders.order_id,
        located.issued_on,
        coalesce(located.recorded_on, located.issued_on) as recorded_on,
        located.currency_code,
        located.exchange_rate,
        {{ to_eur('located.ht_doc_amount', 'located.currency_code', 'located.exchange_rate') }} as invoiced_ht_eur,
        {{ to_eur('located.vat_doc_amount', 'located.currency_code', 'located.exchange_rate') }} as invoiced_vat_eur,
        {{ to_eur('located.ttc_doc_amount', 'located.currency_code', 'located.exchange_rate') }} as invoiced_ttc_eur,
        {{ to_eur('located.residual_reported_doc_amount', 'located.currency_code', 'located.exchange_rate') }}
            as residual_reported_ttc_eur,
        located.payment_term_label,
        coalesce(
            located.disputed_from_on <= {{ as_of() }} and coalesce(located.disputed_to_on >= {{ as_of() }}, true), false
        ) as is_disputed,
        located.disputed_from_on,
        located.disputed_to_on
    from located
    left join orders on located.named_order_id = orders.order_id
    left join identities on located.client_id = identities.source_client_id
)

select * from final
