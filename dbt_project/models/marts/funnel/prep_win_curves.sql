{%- set horizons = [90, 180, 365] -%}
{%- set cell = 'partition by cohort_label, perimeter_kind, perimeter_label order by age_days' -%}
{%- set earlier = cell ~ ' rows between unbounded preceding and 1 preceding' -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('prep_deal_outcomes') }}
),

-- All the deals that leave at one age, won, lost or still open (censored), share one risk set.
hazards as (
    select
        cohort_label,
        perimeter_kind,
        perimeter_label,
        age_days,
        max(observed_days) as observed_days,
        count(*) filter (where outcome = 'won') / sum(count(*)) over later as win_hazard,
        count(*) filter (where outcome <> 'open') / sum(count(*)) over later as exit_hazard,
        coalesce(sum(value_ht_eur) filter (where outcome = 'won') / nullif(sum(sum(value_ht_eur)) over later, 0), 0)
            as win_value_hazard,
        coalesce(sum(value_ht_eur) filter (where outcome <> 'open') / nullif(sum(sum(value_ht_eur)) over later, 0), 0)
            as exit_value_hazard,
        sum(value_ht_eur) as value_ht_eur
    from deals
    group by cohort_label, perimeter_kind, perimeter_label, age_days
    window later as ({{ cell }} rows between current row and unbounded following)
),

survivals as (
    select
        *,
        coalesce({{ running_product('1 - exit_hazard', earlier) }}, 1) as still_open,
        coalesce({{ running_product('1 - exit_value_hazard', earlier) }}, 1) as still_open_value
    from hazards
),

-- A horizon that no deal was followed to is not known.
final as (
    select
        {%- for h in horizons %}
            case
                when max(observed_days) >= {{ h }}
                    then cast(
                        coalesce(sum(still_open * win_hazard) filter (where age_days <= {{ h }}), 0) as decimal(9, 6)
                    )
            end as cif_won_{{ h }}_ratio,
            case
                when max(observed_days) >= {{ h }} and sum(value_ht_eur) > 0
                    then cast(
                        coalesce(sum(still_open_value * win_value_hazard) filter (where age_days <= {{ h }}), 0)
                        as decimal(9, 6)
                    )
            end as cif_won_value_{{ h }}_ratio,
        {%- endfor %}
        cohort_label,
        perimeter_kind,
        perimeter_label
    from survivals
    group by cohort_label, perimeter_kind, perimeter_label
)

select * from final
