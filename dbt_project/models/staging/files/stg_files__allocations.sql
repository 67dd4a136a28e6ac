with

source as (
    select * from {{ source('raw_files', 'allocations') }}
),

final as (
    select
        allocation_id,
        invoice_id,
        instalment_id,
        counterpart_kind,
        payment_id,
        credit_note_id,
        allocated_doc_amount,
        allocated_on,
        allocation_quality,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
