{%- set rates = [
    ('closed_win', 'closed_win_value', 'won', 'closed', 'true'),
    ('signed_win', 'signed_win_value', 'signed_365', 'mature_365', 'true'),
    ('net_win', 'net_win_value', 'net_365', 'mature_365', 'counts.has_orders'),
    ('cash_confirmed_win', 'cash_confirmed_win_value', 'cash_confirmed_365', 'mature_365', 'counts.has_cash'),
    ('cohort_win_90', 'cohort_win_value_90', 'won_90', 'mature_90', 'true'),
    ('cohort_win_180', 'cohort_win_value_180', 'won_180', 'mature_180', 'true'),
    ('cohort_win_365', 'cohort_win_value_365', 'won_365', 'mature_365', 'true'),
] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

counts as (
    select * from {{ ref('prep_funnel_counts') }}
),

curves as (
    select * from {{ ref('prep_win_curves') }}
),

-- Every rate with the number of deals that it rests on: what is shown, or drawn to its parent, is decided from both.
final as (
    select
        {%- for rate, value_rate, won, base, is_known in rates %}
            counts.{{ base }}_count as {{ rate }}_base,
            case when {{ is_known }} then {{ divide('counts.' ~ won ~ '_count', 'counts.' ~ base ~ '_count') }} end
                as {{ rate }}_ratio,
            case
                when {{ is_known }}
                    then {{ divide('counts.' ~ won ~ '_value_ht_eur', 'counts.' ~ base ~ '_value_ht_eur') }}
            end as {{ value_rate }}_ratio,
        {%- endfor %}
        {%- for h in [90, 180, 365] %}
            counts.entered_count as cif_won_{{ h }}_base,
            curves.cif_won_{{ h }}_ratio,
            curves.cif_won_value_{{ h }}_ratio,
        {%- endfor %}
        counts.*
    from counts
    inner join curves
        on
            counts.cohort_label = curves.cohort_label
            and counts.perimeter_kind = curves.perimeter_kind
            and counts.perimeter_label = curves.perimeter_label
)

select * from final
