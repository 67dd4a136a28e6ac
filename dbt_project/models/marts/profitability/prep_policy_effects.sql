{%- set amounts = [
    'contribution_eur', 'prior_contribution_eur', 'price_effect_eur', 'volume_effect_eur', 'mix_effect_eur', 'cost_effect_eur'
] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

pairs as (
    select * from {{ ref('prep_policy_pairs') }}
),

valued as (
    select
        *,
        cast(pocket_price_ht_eur + variable_eur as decimal(18, 2)) as contribution_eur,
        cast(prior_pocket_price_ht_eur + prior_variable_eur as decimal(18, 2)) as prior_contribution_eur,
        cast(sum(sold_quantity) over of_offer as decimal(18, 6)) as offer_quantity,
        cast(sum(prior_sold_quantity) over of_offer as decimal(18, 6)) as prior_offer_quantity,
        prior_sold_quantity > 0 and sold_quantity >= 0 as is_comparable
    from pairs
    window of_offer as (partition by offer_id, quarter_on)
),

-- At the quantities of now, what a unit brings and costs more; at the prices of before, what the offer sells more.
effects as (
    select
        *,
        case
            when is_comparable
                then
                    pocket_price_ht_eur
                    - {{ prorate('prior_pocket_price_ht_eur', 'sold_quantity', 'prior_sold_quantity') }}
            else 0
        end as price_effect_eur,
        case
            when is_comparable
                then variable_eur - {{ prorate('prior_variable_eur', 'sold_quantity', 'prior_sold_quantity') }}
            else 0
        end as cost_effect_eur,
        case
            when prior_offer_quantity > 0
                then
                    {{ prorate('prior_contribution_eur', 'greatest(offer_quantity, 0)', 'prior_offer_quantity') }}
                    - prior_contribution_eur
            when offer_quantity > 0 then contribution_eur - prior_contribution_eur
            else 0
        end as volume_effect_eur
    from valued
),

-- The rest is where the offer sells: more of it, or less, to those who leave most.
mixed as (
    select
        *,
        contribution_eur - prior_contribution_eur - price_effect_eur - cost_effect_eur - volume_effect_eur
            as mix_effect_eur,
        quarter_on = min(quarter_on) over () as is_first_quarter
    from effects
),

final as (
    select
        {%- for amount in amounts %}
            sum(mixed.{{ amount }}) as {{ amount }},
        {%- endfor %}
        mixed.offer_id,
        case when scopes.is_every_client then 'all' else mixed.client_type end as client_type,
        case when scopes.is_every_client then 'all' else mixed.channel end as channel,
        mixed.quarter_on,
        mixed.is_first_quarter
    from mixed
    cross join (values (false), (true)) as scopes (is_every_client)
    group by
        mixed.offer_id,
        case when scopes.is_every_client then 'all' else mixed.client_type end,
        case when scopes.is_every_client then 'all' else mixed.channel end,
        mixed.quarter_on,
        mixed.is_first_quarter
)

select * from final
