with

source as (
    select * from {{ source('raw_files', 'deal_stage_events') }}
),

final as (
    select
        deal_stage_event_id,
        deal_id,
        from_stage_id,
        to_stage_id,
        occurred_at,
        event_quality,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
