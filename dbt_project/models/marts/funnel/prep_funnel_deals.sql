{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select
        *,
        coalesce(closed_on <= {{ as_of() }}, false) as is_over,
        least(coalesce(closed_on, {{ as_of() }}), {{ as_of() }}) as known_until_on
    from {{ ref('fct_deals') }}
    where created_on <= {{ as_of() }}
),

periods as (
    select * from {{ ref('fct_pipeline_daily') }}
),

entries as (
    select * from periods
    where is_entry
),

turns as (
    select
        deal_id,
        is_reopening,
        from_on,
        lag(from_on) over (partition by deal_id order by from_on) as turned_on
    from periods
    where is_reopening or pipeline_state <> 'open'
),

-- A deal that was closed for a while was not to be won then.
pauses as (
    select
        deal_id,
        sum({{ days_between('turned_on', 'from_on') }}) as paused_days
    from turns
    where is_reopening
    group by deal_id
),

-- Who courted whom is said as it was first seen: a client that grows, or changes hands, rewrites no past.
known as (
    select
        deals.*,
        {%- for column in ['client_type', 'segment', 'team'] %}
            case when entries.deal_id is null then deals.{{ column }} else entries.{{ column }} end
                as first_{{ column }},
        {%- endfor %}
        coalesce(entries.was_seen_at_entry, false) as was_seen_at_entry,
        case when deals.is_over then deals.outcome else 'open' end as known_outcome,
        greatest({{ days_between('deals.created_on', 'deals.known_until_on') }}, 0) as lived_days,
        coalesce(pauses.paused_days, 0) as paused_days
    from deals
    left join entries on deals.deal_id = entries.deal_id
    left join pauses on deals.deal_id = pauses.deal_id
),

final as (
    select
        deal_id,
        created_on,
        first_client_type as client_type,
        first_segment as segment,
        coalesce(first_team, 'unknown') as team,
        was_seen_at_entry,
        coalesce(family, 'unknown') as family,
        coalesce(deal_type, 'unknown') as deal_type,
        coalesce(channel, 'unknown') as channel,
        first_quoted_on,
        -- A framework contract is quoted at 0: its value is unknown, not nil.
        nullif(first_proposed_ht_eur, 0) as first_proposed_ht_eur,
        nullif(last_proposed_ht_eur, 0) as last_proposed_ht_eur,
        coalesce(nullif(first_proposed_ht_eur, 0), nullif(deal_ht_eur, 0)) as value_ht_eur,
        known_outcome as outcome,
        case when known_outcome = 'won' then nullif(signed_ht_eur, 0) end as signed_ht_eur,
        case when known_outcome <> 'open' then closed_on end as closed_on,
        case when known_outcome = 'won' then lived_days end as won_after_days,
        lived_days - paused_days as age_days,
        {{ days_between('created_on', as_of()) }} as observed_days
    from known
)

select * from final
