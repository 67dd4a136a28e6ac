with

source as (
    select * from {{ source('raw_files', 'quotes') }}
),

final as (
    select
        quote_id,
        quote_number,
        root_quote_id,
        version_number,
        client_id,
        deal_id,
        state,
        issued_on,
        valid_until_on,
        signed_on,
        promised_delivery_on,
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
