with

source as (
    select * from {{ source('raw_files', 'stages') }}
),

final as (
    select
        stage_id,
        pipeline,
        stage_name,
        position,
        stage_class,
        default_probability_ratio,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
