with

clients as (
    select
        client_id,
        accounting_code,
        lower(email_domain) as email_domain,
        postcode,
        case when length({{ digits('siren') }}) = 9 then {{ digits('siren') }} end as siren,
        upper(replace(vat_number, ' ', '')) as vat_number,
        {{ bare_name('client_name') }} as bare_name
    from {{ ref('int_clients') }}
),

links as (
    select * from {{ ref('map_client_links') }}
),

public_domains as (
    select * from {{ ref('map_public_email_domains') }}
),

-- The legal key is the SIREN, else the SIREN inside a French VAT number, else a foreign VAT number.
keyed as (
    select
        clients.client_id,
        clients.accounting_code,
        case when public_domains.email_domain is null then clients.email_domain end as email_domain,
        nullif(clients.bare_name, '') || ' ' || clients.postcode as name_and_postcode,
        case
            when clients.siren is not null then clients.siren
            when length(clients.vat_number) = 13 and clients.vat_number like 'FR%' then right(clients.vat_number, 9)
            else clients.vat_number
        end as legal_key,
        case
            when clients.siren is not null then 'siren'
            when clients.vat_number is not null then 'vat'
            else 'native'
        end as match_method
    from clients
    left join public_domains on lower(clients.email_domain) = public_domains.email_domain
),

-- A manual link comes first, whatever the keys say.
anchored as (
    select
        keyed.client_id as source_client_id,
        keyed.accounting_code,
        keyed.email_domain,
        keyed.name_and_postcode,
        coalesce(anchors.legal_key, keyed.legal_key) as legal_key,
        coalesce(anchors.legal_key, anchors.client_id, keyed.legal_key, keyed.client_id) as cluster_id,
        case when anchors.client_id is not null then 'manual' else keyed.match_method end as match_method
    from keyed
    left join links on keyed.client_id = links.source_client_id
    left join keyed as anchors on links.linked_client_id = anchors.client_id
),

by_accounting_code as (
    select * from {{ link_clients('anchored', 'accounting_code') }}
),

by_email_domain as (
    select * from {{ link_clients('by_accounting_code', 'email_domain') }}
),

by_name_and_postcode as (
    select * from {{ link_clients('by_email_domain', 'name_and_postcode') }}
),

final as (
    select
        source_client_id,
        min(source_client_id) over (partition by cluster_id) as client_id,
        case when length(legal_key) = 9 and {{ digits('legal_key') }} = legal_key then legal_key end as siren,
        match_method,
        cast(
            case match_method
                when 'accounting_code' then 0.95
                when 'email_domain' then 0.9
                when 'name_and_postcode' then 0.8
                else 1
            end as decimal(9, 6)
        ) as match_score_ratio
    from by_name_and_postcode
)

select * from final
