{%- set levels = price_steps() -%}
{%- set costs = cost_steps() -%}
{%- set told_levels = ['list_ht_eur', 'invoice_price_ht_eur'] -%}
{%- set passed = [] -%}

with

steps as (
    select * from {{ ref('fct_price_waterfall_steps') }}
),

-- What no client or no offer caused has a row of its own, so that the rows add up to the company.
cells as (
    select
        quarter_on,
        coalesce(offer_id, 'unallocated') as offer_id,
        coalesce(client_id, 'unallocated') as client_id,
        {%- for step in levels.values() | sum(start=[]) %}
            sum(case when step = '{{ step }}' then step_eur else 0 end) as {{ step }},
        {%- endfor %}
        sum(step_eur) as step_sum
    from steps
    group by quarter_on, coalesce(offer_id, 'unallocated'), coalesce(client_id, 'unallocated')
),

costed as (
    select
        *,
        offer_id = 'unallocated' and client_id = 'unallocated' as is_pool,
        {{ costs | join(' + ') }} as cost_eur
    from cells
),

covered as (
    select
        costed.*,
        loaded.has_costs,
        {{ divide('sum(case when not is_pool then cost_eur end) over in_quarter', 'sum(cost_eur) over in_quarter') }}
            as quarter_coverage_ratio
    from costed
    cross join {{ ref('prep_margin_loaded') }} as loaded
    window in_quarter as (partition by quarter_on)
),

levelled as (
    select
        *,
        {%- for level, names in levels.items() %}
            {%- do passed.extend(names) %}
            {%- set reached = 'step_sum' if loop.last else passed | join(' + ') %}
            {{ reached if level in told_levels else 'case when has_costs then ' ~ reached ~ ' end' }} as {{ level }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from covered
),

final as (
    select
        levelled.quarter_on,
        levelled.offer_id,
        coalesce(offers.offer_name, case when levelled.offer_id = 'unallocated' then 'Sans offre' else levelled.offer_id end)
            as offer_name,
        levelled.client_id,
        coalesce(clients.client_name, 'Non affecté') as client_name,
        coalesce(clients.client_type, 'unallocated') as client_type,
        coalesce(clients.segment, 'unallocated') as segment,
        levelled.is_pool,
        {%- for level, names in levels.items() %}
            {%- for step in names if step != 'list' %}
                cast({{ 'case when has_costs then ' if step in costs }}{{ step }}{{ ' end' if step in costs }} as decimal(18, 2))
                    as {{ step_column(step) }},
            {%- endfor %}
            cast(levelled.{{ level }} as decimal(18, 2)) as {{ level }},
        {%- endfor %}
        {{ divide('levelled.invoice_price_ht_eur', 'greatest(levelled.list_ht_eur, 0)') }} as invoice_realisation_ratio,
        {{ divide('levelled.pocket_price_ht_eur', 'greatest(levelled.list_ht_eur, 0)') }} as realisation_ratio,
        {{ divide('levelled.real_margin_eur', 'greatest(levelled.invoice_price_ht_eur, 0)') }} as real_margin_ratio,
        case when has_costs then quarter_coverage_ratio end as cost_coverage_ratio
    from levelled
    left join {{ ref('dim_offers') }} as offers on levelled.offer_id = offers.offer_id
    left join {{ ref('dim_clients') }} as clients on levelled.client_id = clients.client_id
)

select * from final
