with

identities as (
    select * from {{ ref('int_client_identities') }}
),

final as (
    select
        source_client_id,
        client_id,
        match_method,
        match_score_ratio
    from identities
)

select * from final
