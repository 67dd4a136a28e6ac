with

source as (
    select * from {{ source('raw_files', 'instalments') }}
),

final as (
    select
        instalment_id,
        invoice_id,
        instalment_number,
        due_on,
        ttc_doc_amount,
        instalment_kind,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
