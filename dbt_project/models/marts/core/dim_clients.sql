with

clients as (
    select * from {{ ref('int_clients') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

owners as (
    select * from {{ ref('int_owners') }}
),

orders as (
    select * from {{ ref('int_orders') }}
),

precedences as (
    select * from {{ ref('map_source_precedence') }}
),

known as (
    select
        identities.client_id as golden_client_id,
        identities.siren as golden_siren,
        coalesce(precedences.precedence, 99) as precedence,
        owners.team,
        clients.*
    from clients
    inner join identities on clients.client_id = identities.source_client_id
    left join owners on clients.owner_id = owners.owner_id
    left join precedences on clients.source_system = precedences.source_system
),

signatures as (
    select
        identities.client_id,
        min(orders.signed_on) as first_signed_on
    from orders
    inner join identities on orders.client_id = identities.source_client_id
    group by identities.client_id
),

-- Each attribute comes from the first system, in the order of the seed, that knows it.
golden as (
    select
        golden_client_id as client_id,
        {{ first_known('client_name', 'precedence, client_id') }} as client_name,
        min(golden_siren) as siren,
        {{ first_known('vat_number', 'precedence, client_id') }} as vat_number,
        coalesce({{ first_known('client_type', 'precedence, client_id') }}, 'unknown') as client_type,
        coalesce({{ first_known('segment', 'precedence, client_id') }}, 'unknown') as segment,
        coalesce({{ first_known('country_code', 'precedence, client_id') }}, 'FR') as country_code,
        {{ first_known('postcode', 'precedence, client_id') }} as postcode,
        max(case when is_intercompany then 1 else 0 end) = 1 as is_intercompany,
        min(insolvent_on) as insolvent_on,
        {{ first_known('credit_limit_eur', 'precedence, client_id') }} as credit_limit_eur,
        {{ first_known('team', 'precedence, client_id') }} as team
    from known
    group by golden_client_id

    union all

    select
        'unknown' as client_id,
        'Client inconnu' as client_name,
        null as siren,
        null as vat_number,
        'unknown' as client_type,
        'unknown' as segment,
        'FR' as country_code,
        null as postcode,
        false as is_intercompany,
        null as insolvent_on,
        null as credit_limit_eur,
        null as team
),

final as (
    select
        golden.client_id,
        golden.client_name,
        golden.siren,
        golden.vat_number,
        golden.client_type,
        golden.segment,
        golden.country_code,
        golden.postcode,
        golden.is_intercompany,
        golden.insolvent_on,
        golden.credit_limit_eur,
        golden.team,
        signatures.first_signed_on
    from golden
    left join signatures on golden.client_id = signatures.client_id
)

select * from final
