with

source as (
    select * from {{ source('raw_files', 'invoice_lines') }}
),

final as (
    select
        invoice_line_id,
        invoice_id,
        line_number,
        order_line_id,
        offer_id,
        line_role,
        quantity,
        list_unit_price,
        net_unit_price,
        ht_doc_amount,
        vat_doc_amount,
        ttc_doc_amount,
        tax_rate_ratio,
        ledger_account,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
