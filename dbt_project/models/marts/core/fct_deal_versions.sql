{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    pre_hook="{{ reopen_day('seen_on') }}"
) }}

{%- set shown = [
    'client_id', 'client_type', 'segment', 'team', 'pipeline', 'stage_id', 'outcome', 'created_on', 'closed_on',
    'expected_close_on', 'deal_ht_eur', 'probability_ratio'
] -%}

with

deals as (
    select * from {{ ref('fct_deals') }}
    where created_on <= {{ as_of() }}
),

-- A merged deal is still delivered: it is a part of another one, and was not removed.
delivered_deals as (
    select deal_id from {{ ref('int_deals') }}
),

seen_versions as (
    select
        deal_id,
        {%- for column in shown %}
            {{ column }},
        {%- endfor %}
        {{ 'is_removed' if is_incremental() else 'false as is_removed' }},
        row_number() over (partition by deal_id order by {{ 'seen_on' if is_incremental() else 'created_on' }} desc)
            as version_rank
    from {{ this if is_incremental() else 'deals where false' }}
),

last_versions as (
    select * from seen_versions
    where version_rank = 1
),

changes as (
    select
        deals.deal_id,
        {%- for column in shown %}
            deals.{{ column }},
        {%- endfor %}
        false as is_removed
    from deals
    left join last_versions on deals.deal_id = last_versions.deal_id
    where
        last_versions.deal_id is null
        or last_versions.is_removed
        {%- for column in shown %}
            or deals.{{ column }} is distinct from last_versions.{{ column }}
        {%- endfor %}
    union all
    select
        last_versions.deal_id,
        {%- for column in shown %}
            last_versions.{{ column }},
        {%- endfor %}
        true as is_removed
    from last_versions
    left join delivered_deals on last_versions.deal_id = delivered_deals.deal_id
    where delivered_deals.deal_id is null and not last_versions.is_removed
),

final as (
    select
        deal_id,
        {{ as_of() }} as seen_on,
        {%- for column in shown %}
            {{ column }},
        {%- endfor %}
        is_removed
    from changes
    where {{ may_freeze('seen_on') }}
)

select * from final
