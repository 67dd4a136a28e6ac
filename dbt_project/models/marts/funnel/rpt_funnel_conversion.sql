{%- set horizons = [90, 180, 365] -%}
{%- set cell = 'partition by cohort_label, client_type order by age_days' -%}
{%- set earlier = cell ~ ' rows between unbounded preceding and 1 preceding' -%}

with

deals as (
    select
        *,
        case when outcome = 'won' then age_days end as won_after_days
    from {{ ref('prep_deal_outcomes') }}
),

counts as (
    select
        cohort_label,
        client_type,
        count(*) as entered_count,
        count(*) filter (where outcome = 'won') as won_count,
        count(*) filter (where outcome = 'lost') as lost_count,
        count(*) filter (where outcome = 'open') as open_count,
        count(*) filter (where is_net_won) as net_won_count,
        count(*) filter (where is_cash_confirmed) as cash_confirmed_count,
        min(observed_days) as youngest_days,
        max(observed_days) as oldest_days,
        sum(value_ht_eur) as entered_value_ht_eur,
        coalesce(sum(value_ht_eur) filter (where outcome = 'won'), 0) as won_value_ht_eur,
        coalesce(sum(value_ht_eur) filter (where outcome = 'lost'), 0) as lost_ht_eur,
        coalesce(sum(value_ht_eur) filter (where is_net_won), 0) as net_won_ht_eur,
        coalesce(sum(value_ht_eur) filter (where is_cash_confirmed), 0) as cash_confirmed_ht_eur,
        {%- for h in horizons %}
            count(*) filter (where observed_days >= {{ h }}) as mature_{{ h }}_count,
            sum(value_ht_eur) filter (where observed_days >= {{ h }}) as mature_{{ h }}_ht_eur,
            count(*) filter (where observed_days >= {{ h }} and won_after_days <= {{ h }}) as won_{{ h }}_count,
            coalesce(sum(value_ht_eur) filter (where observed_days >= {{ h }} and won_after_days <= {{ h }}), 0)
                as won_{{ h }}_ht_eur,
        {%- endfor %}
        bool_or(has_orders) as has_orders,
        bool_or(has_cash) as has_cash
    from deals
    group by cohort_label, client_type
),

-- All the deals that leave at one age, won, lost or still open (censored), share one risk set.
hazards as (
    select
        cohort_label,
        client_type,
        age_days,
        count(*) filter (where outcome = 'won') / sum(count(*)) over later as win_hazard,
        count(*) filter (where outcome <> 'open') / sum(count(*)) over later as exit_hazard,
        coalesce(sum(value_ht_eur) filter (where outcome = 'won') / nullif(sum(sum(value_ht_eur)) over later, 0), 0)
            as win_value_hazard,
        coalesce(sum(value_ht_eur) filter (where outcome <> 'open') / nullif(sum(sum(value_ht_eur)) over later, 0), 0)
            as exit_value_hazard
    from deals
    group by cohort_label, client_type, age_days
    window later as ({{ cell }} rows between current row and unbounded following)
),

survivals as (
    select
        *,
        coalesce({{ running_product('1 - exit_hazard', earlier) }}, 1) as still_open,
        coalesce({{ running_product('1 - exit_value_hazard', earlier) }}, 1) as still_open_value
    from hazards
),

incidences as (
    select
        {%- for h in horizons %}
            coalesce(sum(still_open * win_hazard) filter (where age_days <= {{ h }}), 0) as won_{{ h }},
            coalesce(sum(still_open_value * win_value_hazard) filter (where age_days <= {{ h }}), 0)
                as won_value_{{ h }},
        {%- endfor %}
        cohort_label,
        client_type
    from survivals
    group by cohort_label, client_type
),

final as (
    select
        counts.cohort_label,
        counts.client_type,
        counts.youngest_days >= {{ horizons[-1] }} as is_mature,
        counts.entered_count,
        counts.won_count,
        counts.lost_count,
        counts.open_count,
        cast(counts.entered_value_ht_eur as decimal(18, 2)) as entered_value_ht_eur,
        cast(counts.won_value_ht_eur as decimal(18, 2)) as won_value_ht_eur,
        {%- for h in horizons %}
            mature_{{ h }}_count,
            {{ divide('won_' ~ h ~ '_count', 'mature_' ~ h ~ '_count') }} as cohort_win_{{ h }}_ratio,
            {{ divide('won_' ~ h ~ '_ht_eur', 'mature_' ~ h ~ '_ht_eur') }} as cohort_win_value_{{ h }}_ratio,
            case when counts.oldest_days >= {{ h }} then cast(won_{{ h }} as decimal(9, 6)) end
                as cif_won_{{ h }}_ratio,
            case
                when counts.oldest_days >= {{ h }} and entered_value_ht_eur > 0 then cast(won_value_{{ h }} as decimal(9, 6))
            end as cif_won_value_{{ h }}_ratio,
        {%- endfor %}
        {{ divide('won_count', 'won_count + lost_count') }} as closed_win_ratio,
        {{ divide('won_value_ht_eur', 'won_value_ht_eur + lost_ht_eur') }} as closed_win_value_ratio,
        {{ divide('won_count', 'entered_count') }} as signed_win_ratio,
        {{ divide('won_value_ht_eur', 'entered_value_ht_eur') }} as signed_win_value_ratio,
        case when counts.has_orders then {{ divide('net_won_count', 'entered_count') }} end as net_win_ratio,
        case when counts.has_orders then {{ divide('net_won_ht_eur', 'entered_value_ht_eur') }} end as net_win_value_ratio,
        case when counts.has_cash then {{ divide('cash_confirmed_count', 'entered_count') }} end
            as cash_confirmed_win_ratio,
        case when counts.has_cash then {{ divide('cash_confirmed_ht_eur', 'entered_value_ht_eur') }} end
            as cash_confirmed_win_value_ratio
    from counts
    inner join incidences
        on
            counts.cohort_label = incidences.cohort_label
            and counts.client_type = incidences.client_type
)

select * from final
