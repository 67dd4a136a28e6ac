with

source as (
    select * from {{ source('raw_files', 'deals') }}
),

final as (
    select
        deal_id,
        client_id,
        owner_id,
        deal_name,
        pipeline,
        stage_id,
        outcome,
        lost_reason,
        ht_doc_amount,
        currency_code,
        exchange_rate,
        probability_ratio,
        deal_type,
        channel,
        created_at,
        expected_close_on,
        closed_at,
        merged_into_deal_id,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
