with

identities as (
    select * from {{ ref('dim_client_identities') }}
    where client_id <> 'unknown'
),

clients as (
    select
        client_id,
        coalesce(siren, vat_number) as legal_number,
        {{ bare_name('client_name') }} as bare_name
    from {{ ref('dim_clients') }}
    where client_id <> 'unknown'
),

-- What stands on the wrong client if the link is wrong, or missing.
stakes as (
    select
        client_id,
        sum(invoiced_ttc_eur) as invoiced_ttc_eur
    from {{ ref('fct_invoices') }}
    group by client_id
),

doubts as (
    select
        'doubtful_match' as doubt_kind,
        source_client_id,
        client_id as other_client_id,
        client_id as staked_client_id,
        match_method,
        match_score_ratio,
        false as has_two_legal_numbers
    from identities
    where match_score_ratio < 1
    union all
    select
        'no_legal_number' as doubt_kind,
        source_client_id,
        cast(null as varchar) as other_client_id,
        client_id as staked_client_id,
        match_method,
        match_score_ratio,
        false as has_two_legal_numbers
    from identities
    where match_method = 'native'
    union all
    select
        'same_name' as doubt_kind,
        clients.client_id as source_client_id,
        others.client_id as other_client_id,
        clients.client_id as staked_client_id,
        cast(null as varchar) as match_method,
        cast(null as decimal(9, 6)) as match_score_ratio,
        coalesce(clients.legal_number <> others.legal_number, false) as has_two_legal_numbers
    from clients
    inner join clients as others on clients.bare_name = others.bare_name and clients.client_id > others.client_id
    where clients.bare_name <> ''
),

final as (
    select
        doubts.doubt_kind,
        doubts.source_client_id,
        doubts.other_client_id,
        doubts.match_method,
        doubts.match_score_ratio,
        doubts.has_two_legal_numbers,
        cast(coalesce(stakes.invoiced_ttc_eur, 0) as decimal(18, 2)) as invoiced_ttc_eur,
        case doubts.doubt_kind
            when 'doubtful_match'
                then 'Rapproché sans numéro légal : vérifier, ou trancher dans map_client_links.'
            when 'no_legal_number'
                then 'Ni SIREN ni numéro de TVA : rien ne le relie à ses autres fiches. À compléter à la source.'
            else 'Même nom qu''un autre client, non fusionné : s''il s''agit du même, le dire dans map_client_links.'
        end as note_fr
    from doubts
    left join stakes on doubts.staked_client_id = stakes.client_id
)

select * from final
