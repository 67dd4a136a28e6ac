with

source as (
    select * from {{ source('raw_files', 'activities') }}
),

final as (
    select
        activity_id,
        deal_id,
        client_id,
        activity_kind,
        occurred_at,
        duration_minutes,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
