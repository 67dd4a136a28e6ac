{%- set kinds = ['client_type', 'segment', 'team'] -%}
{%- set volumes = [
    'meeting_count', 'activity_count', 'quote_count', 'quoted_ht_eur', 'decided_quote_count', 'signed_quote_count'
] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('prep_funnel_deals') }}
),

confirmations as (
    select * from {{ ref('prep_deal_confirmations') }}
),

deal_volumes as (
    select * from {{ ref('prep_deal_volumes') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where deal_id is not null
),

payments as (
    select * from {{ ref('fct_payment_allocations') }}
    where allocation_kind = 'payment'
),

-- Of what no row is loaded, nothing is known.
loaded as (
    select
        exists(select 1 from orders) as has_orders,
        exists(select 1 from payments) as has_cash,
        coalesce(max(activity_count) > 0, false) as has_activities,
        coalesce(max(quote_count) > 0, false) as has_quotes
    from deal_volumes
),

outcomes as (
    select
        deals.*,
        cast(extract(year from deals.created_on) as varchar) as own_cohort_label,
        deals.outcome = 'won' and coalesce(confirmations.is_kept, true) as is_net_won,
        deals.outcome = 'won' and coalesce(confirmations.is_cash_confirmed, false) as is_cash_confirmed,
        {%- for volume in volumes %}
            deal_volumes.{{ volume }},
        {%- endfor %}
        loaded.has_orders,
        loaded.has_cash,
        loaded.has_activities,
        loaded.has_quotes
    from deals
    cross join loaded
    left join confirmations on deals.deal_id = confirmations.deal_id
    left join deal_volumes on deals.deal_id = deal_volumes.deal_id
),

final as (
    select
        case when cells.is_every_cohort then 'all' else outcomes.own_cohort_label end as cohort_label,
        cells.perimeter_kind,
        {{ perimeter_label(kinds, 'outcomes') }} as perimeter_label,
        outcomes.outcome,
        outcomes.was_seen_at_entry,
        outcomes.age_days,
        outcomes.won_after_days,
        outcomes.observed_days,
        outcomes.value_ht_eur,
        outcomes.is_net_won,
        outcomes.is_cash_confirmed,
        {%- for volume in volumes %}
            outcomes.{{ volume }},
        {%- endfor %}
        outcomes.has_orders,
        outcomes.has_cash,
        outcomes.has_activities,
        outcomes.has_quotes
    from outcomes
    cross join {{ perimeter_cells(kinds) }}
)

select * from final
