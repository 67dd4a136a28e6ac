{%- set variable_steps = price_steps()['contribution_after_credit_eur'] + ['freight', 'payment_fee'] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

traced as (
    select
        offer_id,
        {{ sum_of_steps(['list']) }} as list_ht_eur,
        -{{ sum_of_steps(variable_steps) }} as variable_cost_eur
    from {{ ref('fct_price_waterfall_steps') }}
    where offer_id is not null
    group by offer_id
),

foreseen as (
    select
        offer_id,
        sum(list_ht_eur) as list_ht_eur,
        sum(standard_cost_eur) as standard_cost_eur
    from {{ ref('fct_line_prices') }}
    where offer_id is not null and standard_cost_eur is not null
    group by offer_id
),

-- What each euro of list price leaves over variable costs, traced or foreseen, whichever is the larger: a cost may be
-- entered on the wrong order, or as service.
final as (
    select
        traced.offer_id,
        least(
            {{ divide('traced.list_ht_eur - nullif(traced.variable_cost_eur, 0)', 'traced.list_ht_eur') }},
            {{ divide('foreseen.list_ht_eur - foreseen.standard_cost_eur', 'foreseen.list_ht_eur') }}
        ) as list_contribution_ratio
    from traced
    left join foreseen on traced.offer_id = foreseen.offer_id
)

select * from final
