{%- set measures = ['sold_quantity', 'pocket_price_ht_eur', 'variable_eur'] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

cells as (
    select
        *,
        quarter_on = max(quarter_on) over () as is_last_quarter
    from {{ ref('prep_policy_cells') }}
    where client_type <> 'all'
),

-- Each cell beside itself a quarter before, so that what is no longer sold is seen to be gone.
moves as (
    select
        {%- for measure in measures %}
            {{ measure }},
            0 as prior_{{ measure }},
        {%- endfor %}
        offer_id,
        client_type,
        channel,
        quarter_on
    from cells
    union all
    select
        {%- for measure in measures %}
            0 as {{ measure }},
            {{ measure }} as prior_{{ measure }},
        {%- endfor %}
        offer_id,
        client_type,
        channel,
        cast(quarter_on + interval 3 month as date) as quarter_on
    from cells
    where not is_last_quarter
),

final as (
    select
        {%- for measure in measures %}
            {%- set kind = 'decimal(18, 6)' if measure == 'sold_quantity' else 'decimal(18, 2)' %}
            cast(sum({{ measure }}) as {{ kind }}) as {{ measure }},
            cast(sum(prior_{{ measure }}) as {{ kind }}) as prior_{{ measure }},
        {%- endfor %}
        offer_id,
        client_type,
        channel,
        quarter_on
    from moves
    group by offer_id, client_type, channel, quarter_on
)

select * from final
