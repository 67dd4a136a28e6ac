with

source as (
    select * from {{ source('raw_files', 'order_lines') }}
),

final as (
    select
        order_line_change_id,
        order_line_id,
        order_id,
        change_kind,
        offer_id,
        quantity,
        ht_doc_amount,
        ttc_doc_amount,
        standard_cost_eur,
        effective_on,
        recorded_on,
        promised_delivery_on,
        reason,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
