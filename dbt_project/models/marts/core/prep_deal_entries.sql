{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('fct_deals') }}
    where created_on <= {{ as_of() }}
),

delivered_deals as (
    select deal_id from {{ ref('int_deals') }}
),

versions as (
    select
        *,
        row_number() over (partition by deal_id order by seen_on) as version_number,
        row_number() over (partition by deal_id order by seen_on desc) as version_rank
    from {{ ref('fct_deal_versions') }}
    where seen_on <= {{ as_of() }}
),

first_versions as (
    select * from versions
    where version_number = 1
),

-- What the sender has deleted since a run saw it: it was in the pipeline until the run that missed it.
removed_deals as (
    select versions.*
    from versions
    left join delivered_deals on versions.deal_id = delivered_deals.deal_id
    where versions.version_rank = 1 and delivered_deals.deal_id is null
),

known_deals as (
    select
        deal_id,
        client_id,
        client_type,
        segment,
        team,
        pipeline,
        stage_id,
        created_on,
        case when closed_on <= {{ as_of() }} then outcome else 'open' end as outcome,
        case when closed_on <= {{ as_of() }} then greatest(closed_on, created_on) end as closed_on,
        probability_ratio,
        signed_ht_eur
    from deals
    union all
    select
        deal_id,
        client_id,
        client_type,
        segment,
        team,
        pipeline,
        stage_id,
        created_on,
        case when closed_on is null then 'removed' else outcome end as outcome,
        coalesce(closed_on, seen_on) as closed_on,
        probability_ratio,
        null as signed_ht_eur
    from removed_deals
),

-- Who courted whom is said as it was first seen: a client that grows, or changes hands, rewrites no past.
final as (
    select
        known_deals.deal_id,
        known_deals.client_id,
        known_deals.pipeline,
        known_deals.stage_id,
        known_deals.created_on,
        known_deals.outcome,
        known_deals.closed_on,
        known_deals.probability_ratio,
        known_deals.signed_ht_eur,
        {%- for column in ['client_type', 'segment', 'team'] %}
            case when first_versions.deal_id is null then known_deals.{{ column }} else first_versions.{{ column }} end
                as {{ column }},
        {%- endfor %}
        coalesce(first_versions.seen_on <= known_deals.created_on + 7, false) as was_seen_at_entry
    from known_deals
    left join first_versions on known_deals.deal_id = first_versions.deal_id
)

select * from final
