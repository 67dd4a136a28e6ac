{{ config(materialized='ephemeral', contract={'enforced': false}) }}

{%- set window =
    'from marts.rpt_discount_leakage where offer_id = :offer_id and issued_month between :year_from_on and :as_of_on'
%}

with

months as (
    select
        issued_month,
        offer_id,
        discount_origin,
        min(offer_name) as offer_name,
        sum(line_count) as line_count,
        sum(list_ht_eur) as list_ht_eur,
        sum(uncontrolled_ht_eur) as uncontrolled_ht_eur,
        sum(contribution_left_eur) as contribution_left_eur
    from {{ ref('rpt_discount_leakage') }}
    where offer_id <> 'unallocated'
    group by issued_month, offer_id, discount_origin
),

years as (
    select
        days.as_of_on,
        days.year_from_on,
        months.*
    from months
    inner join {{ ref('prep_steering_days') }} as days
        on months.issued_month between days.year_from_on and days.as_of_on
),

final as (
    select
        'uncontrolled_discount' as rule_id,
        as_of_on,
        'offer' as entity_kind,
        offer_id as entity_id,
        min(offer_name) as entity_label,
        {{ divide('sum(uncontrolled_ht_eur)', 'sum(list_ht_eur)', 'decimal(18, 6)') }} as observed_quantity,
        sum(line_count) as observed_count,
        sum(uncontrolled_ht_eur) as stake_eur,
        {{ evidence(
            'select sum(uncontrolled_ht_eur) / sum(list_ht_eur) ' ~ window, ['offer_id', 'year_from_on', 'as_of_on']
        ) }} as evidence_sql
    from years
    group by as_of_on, year_from_on, offer_id
    union all
    select
        'discount_beyond_margin' as rule_id,
        as_of_on,
        'discount_rule' as entity_kind,
        offer_id || ' / ' || discount_origin as entity_id,
        min(offer_name) || ' / ' || discount_origin as entity_label,
        {{ divide('sum(contribution_left_eur)', 'sum(list_ht_eur)', 'decimal(18, 6)') }} as observed_quantity,
        sum(line_count) as observed_count,
        -sum(contribution_left_eur) as stake_eur,
        {{ evidence(
            'select sum(contribution_left_eur) / sum(list_ht_eur) ' ~ window ~ ' and discount_origin = :discount_origin',
            ['offer_id', 'year_from_on', 'as_of_on', 'discount_origin']
        ) }} as evidence_sql
    from years
    group by as_of_on, year_from_on, offer_id, discount_origin
)

select * from final
