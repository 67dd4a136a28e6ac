{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

clients as (
    select * from {{ ref('dim_clients') }}
),

final as (
    select
        client_id,
        'all' as perimeter_kind,
        'all' as perimeter_label
    from clients
    union all
    select
        client_id,
        'client_type' as perimeter_kind,
        client_type as perimeter_label
    from clients
    union all
    select
        client_id,
        'segment' as perimeter_kind,
        segment as perimeter_label
    from clients
    union all
    select
        client_id,
        'group' as perimeter_kind,
        case when is_intercompany then 'intercompany' else 'external' end as perimeter_label
    from clients
)

select * from final
