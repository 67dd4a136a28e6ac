with

source as (
    select * from {{ source('raw_files', 'list_prices') }}
),

final as (
    select
        list_price_id,
        offer_id,
        valid_from_on,
        valid_to_on,
        list_unit_price,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
