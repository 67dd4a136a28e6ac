with

source as (
    select * from {{ source('raw_files', 'clients') }}
),

final as (
    select
        client_id,
        client_name,
        siren,
        vat_number,
        accounting_code,
        email_domain,
        client_type,
        segment,
        country_code,
        postcode,
        owner_id,
        payment_term_label,
        is_intercompany,
        created_on,
        insolvent_on,
        credit_limit_eur,
        source_system,
        source_updated_at,
        is_deleted,
        loaded_at,
        load_id
    from source
    where not is_deleted
)

select * from final
