{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set accounting_kinds = "'" ~ accounting_entry_kinds() | join("', '") ~ "'" %}

with

hours_outside as (
    select
        worked_on,
        hours
    from {{ ref('fct_time_entries') }}
    where order_id is null and activity_kind <> 'sales' and worked_on <= {{ as_of() }}
),

-- What no order explains: invoices outside the CRM, costs that name only an offer or a client, and the overheads.
final as (
    select
        offer_id,
        entry_on,
        case when entry_kind = 'revenue' then entry_eur else 0 end as revenue_ht_eur,
        case when entry_kind in ({{ accounting_kinds }}) then entry_eur else 0 end as accounting_margin_eur,
        entry_eur as real_margin_eur,
        0 as hours
    from {{ ref('fct_margin_entries') }}
    where order_id is null
    union all
    select
        null as offer_id,
        worked_on as entry_on,
        0 as revenue_ht_eur,
        0 as accounting_margin_eur,
        0 as real_margin_eur,
        hours
    from hours_outside
)

select * from final
