with

source as (
    select * from {{ source('raw_files', 'time_entries') }}
),

final as (
    select
        time_entry_id,
        worked_on,
        resource_pool,
        activity_kind,
        order_id,
        deal_id,
        client_id,
        hours,
        hourly_cost_eur,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
