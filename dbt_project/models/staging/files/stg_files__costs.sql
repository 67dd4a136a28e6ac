with

source as (
    select * from {{ source('raw_files', 'costs') }}
),

final as (
    select
        cost_id,
        cost_on,
        recorded_on,
        cost_kind,
        order_id,
        client_id,
        offer_id,
        cost_eur,
        ledger_account,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
