with

source as (
    select * from {{ source('raw_files', 'capacity') }}
),

final as (
    select
        capacity_id,
        resource_pool,
        week_on,
        capacity_hours,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
