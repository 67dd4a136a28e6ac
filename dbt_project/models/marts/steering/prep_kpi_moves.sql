{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

margin_entries as (
    select
        *,
        bool_or({{ is_cost_entry() }}) over () as has_costs
    from {{ ref('fct_margin_entries') }}
),

-- What adds up day after day, and when it came to be known: one row per indicator, day and day of knowledge.
moves as (
    select
        'signed_ht' as kpi_id,
        effective_on as moved_on,
        known_on,
        event_ht_eur as move_eur
    from {{ ref('fct_revenue_chain_events') }}
    where event_type in ('signed', 'amended')
    union all
    select
        'cashed_ttc' as kpi_id,
        paid_on as moved_on,
        recorded_on as known_on,
        received_ttc_eur as move_eur
    from {{ ref('fct_payments') }}
    union all
    select
        'cashed_ttc' as kpi_id,
        bounced_on as moved_on,
        greatest(bounced_on, recorded_on) as known_on,
        -received_ttc_eur as move_eur
    from {{ ref('fct_payments') }}
    where bounced_on is not null
    union all
    select
        'real_margin' as kpi_id,
        entry_on as moved_on,
        known_on,
        entry_eur as move_eur
    from margin_entries
    where has_costs
),

final as (
    select
        kpi_id,
        moved_on,
        coalesce(known_on, moved_on) as known_on,
        sum(move_eur) as move_eur,
        count(*) as move_count
    from moves
    where move_eur is not null
    group by kpi_id, moved_on, coalesce(known_on, moved_on)
)

select * from final
