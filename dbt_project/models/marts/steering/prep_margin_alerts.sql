{{ config(materialized='ephemeral', contract={'enforced': false}) }}

{%- set margins =
    'from marts.rpt_margin_by_offer where offer_id = :offer_id and cohort_start_on between :two_years_from_on and :as_of_on'
%}

with

-- Orders signed in the eight quarters up to the as-of day, since only those that are complete tell of their margin.
offers as (
    select
        days.as_of_on,
        days.two_years_from_on,
        margins.offer_id,
        min(margins.offer_name) as offer_name,
        sum(margins.complete_order_count) as order_count,
        sum(margins.complete_revenue_ht_eur) as revenue_ht_eur,
        sum(margins.complete_theoretical_margin_eur) as theoretical_margin_eur,
        sum(margins.complete_real_margin_eur) as real_margin_eur
    from {{ ref('rpt_margin_by_offer') }} as margins
    inner join {{ ref('prep_steering_days') }} as days
        on margins.cohort_start_on between days.two_years_from_on and days.as_of_on
    where not margins.is_pool and margins.cohort_label <> 'all'
    group by days.as_of_on, days.two_years_from_on, margins.offer_id
),

segment_days as (
    select
        clients.segment,
        entries.entry_on as day_on,
        sum(entries.entry_eur) as margin_eur,
        0 as cost_eur
    from {{ ref('fct_margin_entries') }} as entries
    inner join {{ ref('dim_clients') }} as clients on entries.client_id = clients.client_id
    group by clients.segment, entries.entry_on
    union all
    select
        segment,
        spent_on as day_on,
        0 as margin_eur,
        sum(cost_eur) as cost_eur
    from {{ ref('fct_acquisition_costs') }}
    where segment is not null
    group by segment, spent_on
),

segments as (
    select
        days.as_of_on,
        days.year_from_on,
        segment_days.segment,
        sum(segment_days.margin_eur) as margin_eur,
        sum(segment_days.cost_eur) as cost_eur
    from segment_days
    inner join {{ ref('prep_steering_days') }} as days
        on segment_days.day_on between days.year_from_on and days.as_of_on
    group by days.as_of_on, days.year_from_on, segment_days.segment
),

final as (
    {%- for rule, whole, stake in [
        ('offer_loses_money', 'revenue_ht_eur', '-real_margin_eur'),
        ('offer_margin_eroded', 'theoretical_margin_eur', 'theoretical_margin_eur - real_margin_eur'),
    ] %}
        select
            '{{ rule }}' as rule_id,
            as_of_on,
            'offer' as entity_kind,
            offer_id as entity_id,
            offer_name as entity_label,
            {{ divide('real_margin_eur', 'greatest(' ~ whole ~ ', 0)', 'decimal(18, 6)') }} as observed_quantity,
            order_count as observed_count,
            {{ stake }} as stake_eur,
            {{ evidence(
                'select sum(complete_real_margin_eur) / sum(complete_' ~ whole ~ ') ' ~ margins,
                ['offer_id', 'two_years_from_on', 'as_of_on']
            ) }} as evidence_sql
        from offers
        union all
    {%- endfor %}
    select
        'segment_costs_more_than_it_earns' as rule_id,
        as_of_on,
        'segment' as entity_kind,
        segment as entity_id,
        segment as entity_label,
        {{ divide('cost_eur', 'greatest(margin_eur, 0)', 'decimal(18, 6)') }} as observed_quantity,
        cast(null as bigint) as observed_count,
        cost_eur - margin_eur as stake_eur,
        {{ evidence(
            'select (select sum(cost_eur) from marts.fct_acquisition_costs where segment = :segment and spent_on '
            ~ 'between :year_from_on and :as_of_on) / (select sum(entry_eur) from marts.fct_margin_entries inner join '
            ~ 'marts.dim_clients using (client_id) where segment = :segment and entry_on between :year_from_on and :as_of_on)',
            ['segment', 'year_from_on', 'as_of_on']
        ) }} as evidence_sql
    from segments
)

select * from final
