with

source as (
    select * from {{ source('raw_files', 'payments') }}
),

final as (
    select
        payment_id,
        client_id,
        paid_on,
        recorded_on,
        direction,
        paid_doc_amount,
        currency_code,
        exchange_rate,
        instrument,
        payment_reference,
        state,
        bounced_on,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
