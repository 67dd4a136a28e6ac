with

source as (
    select * from {{ source('raw_files', 'acquisition_costs') }}
),

final as (
    select
        acquisition_cost_id,
        spent_month,
        channel,
        segment,
        cost_eur,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
