with

source as (
    select * from {{ source('raw_files', 'offers') }}
),

final as (
    select
        offer_id,
        offer_name,
        family,
        offer_kind,
        standard_unit_cost,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
