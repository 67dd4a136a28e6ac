with

source as (
    select * from {{ source('raw_files', 'owners') }}
),

final as (
    select
        owner_id,
        team,
        is_active,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
