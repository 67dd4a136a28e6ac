{%- set groups = {
    'entered': 'true',
    'won': "outcome = 'won'",
    'lost': "outcome = 'lost'",
    'closed': "outcome <> 'open'",
    'open': "outcome = 'open'",
    'signed_365': "outcome = 'won' and observed_days >= 365",
    'net_365': "is_net_won and has_orders and observed_days >= 365",
    'cash_confirmed_365': "is_cash_confirmed and has_cash and observed_days >= 365",
} -%}
{%- for h in [90, 180, 365] -%}
    {%- do groups.update({
        'mature_' ~ h: 'observed_days >= ' ~ h,
        'won_' ~ h: 'observed_days >= ' ~ h ~ ' and coalesce(won_after_days <= ' ~ h ~ ', false)',
    }) -%}
{%- endfor -%}
{%- set volumes = {
    'meeting_count': 'has_activities',
    'activity_count': 'has_activities',
    'quote_count': 'has_quotes',
    'decided_quote_count': 'has_quotes',
    'signed_quote_count': 'has_quotes',
} -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('prep_deal_outcomes') }}
),

final as (
    select
        {%- for group, condition in groups.items() %}
            count(*) filter (where {{ condition }}) as {{ group }}_count,
            {{ known_sum('value_ht_eur', condition) }} as {{ group }}_value_ht_eur,
        {%- endfor %}
        {%- for volume, is_loaded in volumes.items() %}
            case when bool_or({{ is_loaded }}) then cast(coalesce(sum({{ volume }}), 0) as bigint) end as {{ volume }},
        {%- endfor %}
        cohort_label,
        perimeter_kind,
        perimeter_label,
        count(*) filter (where was_seen_at_entry) as seen_at_entry_count,
        min(observed_days) >= 365 as is_mature,
        bool_or(has_orders) as has_orders,
        bool_or(has_cash) as has_cash,
        {{ known_sum('quoted_ht_eur', 'quote_count > 0') }} as quoted_ht_eur
    from deals
    group by cohort_label, perimeter_kind, perimeter_label
)

select * from final
