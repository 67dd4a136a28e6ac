with

stages as (
    select * from {{ ref('int_stages') }}
),

final as (
    select
        stage_id,
        pipeline,
        stage_name,
        position as stage_position,
        stage_class,
        default_probability_ratio
    from stages
)

select * from final
