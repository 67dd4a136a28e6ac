with

source as (
    select * from {{ source('raw_files', 'quote_lines') }}
),

final as (
    select
        quote_line_id,
        quote_id,
        line_number,
        offer_id,
        quantity,
        list_unit_price,
        net_unit_price,
        ht_doc_amount,
        discount_origin,
        tax_rate_ratio,
        standard_cost_eur,
        is_option,
        is_chosen,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
