with

source as (
    select * from {{ source('raw_files', 'invoices') }}
),

final as (
    select
        invoice_id,
        invoice_number,
        doc_type,
        state,
        client_id,
        order_id,
        credited_invoice_id,
        credit_reason,
        issued_on,
        recorded_on,
        currency_code,
        exchange_rate,
        ht_doc_amount,
        vat_doc_amount,
        ttc_doc_amount,
        residual_reported_doc_amount,
        payment_term_label,
        disputed_from_on,
        disputed_to_on,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
