with

source as (
    select * from {{ source('raw_files', 'orders') }}
),

final as (
    select
        order_id,
        order_number,
        quote_id,
        deal_id,
        client_id,
        sale_type,
        signed_on,
        currency_code,
        exchange_rate,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
