{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- What makes a margin, with the day that it is dated and the day on which it was known.
final as (
    select
        order_id,
        effective_on as dated_on,
        recorded_on as known_on,
        'signed' as measure,
        change_ht_eur as change_eur
    from {{ ref('fct_order_lines') }}
    union all
    select
        order_id,
        entry_on as dated_on,
        known_on,
        case when entry_kind = 'revenue' then 'revenue' else 'cost' end as measure,
        entry_eur as change_eur
    from {{ ref('fct_margin_entries') }}
    where order_id is not null and entry_kind <> 'cost_of_credit'
    union all
    select
        order_id,
        as_of_on as dated_on,
        as_of_on as known_on,
        'credit' as measure,
        change_eur
    from {{ ref('prep_version_credits') }}
)

select * from final
