with

source as (
    select * from {{ source('raw_files', 'deliveries') }}
),

final as (
    select
        delivery_id,
        order_id,
        order_line_id,
        delivered_on,
        recorded_on,
        quantity,
        ht_doc_amount,
        evidence,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
