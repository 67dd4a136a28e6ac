{%- set levels = price_steps() -%}
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
        {%- for level, names in levels.items() %}
            {%- do passed.extend(names) %}
            {%- for step in names %}
                {{ sum_of_steps([step]) }} as {{ step }},
            {%- endfor %}
            {{ 'sum(step_eur)' if loop.last else sum_of_steps(passed) }} as {{ level }},
        {%- endfor %}
        {{ sum_of_steps(cost_steps()) }} as cost_eur
    from steps
    group by quarter_on, coalesce(offer_id, 'unallocated'), coalesce(client_id, 'unallocated')
),

pooled as (
    select
        *,
        offer_id = 'unallocated' and client_id = 'unallocated' as is_pool
    from cells
),

covered as (
    select
        pooled.*,
        loaded.has_costs,
        {{ divide('sum(case when not is_pool then cost_eur end) over in_quarter', 'sum(cost_eur) over in_quarter') }}
            as quarter_coverage_ratio
    from pooled
    cross join {{ ref('prep_margin_loaded') }} as loaded
    window in_quarter as (partition by pooled.quarter_on)
),

final as (
    select
        covered.quarter_on,
        covered.offer_id,
        case
            when covered.offer_id = 'unallocated' then 'Sans offre'
            else coalesce(offers.offer_name, covered.offer_id)
        end as offer_name,
        covered.client_id,
        coalesce(clients.client_name, 'Non affecté') as client_name,
        coalesce(clients.client_type, 'unallocated') as client_type,
        coalesce(clients.segment, 'unallocated') as segment,
        covered.is_pool,
        {%- for level, names in levels.items() %}
            {%- for step in names if step != 'list' %}
                {{ known_amount('covered.' ~ step, step in cost_steps()) }} as {{ step_column(step) }},
            {%- endfor %}
            {{ known_amount('covered.' ~ level, level not in told_levels) }} as {{ level }},
        {%- endfor %}
        {{ divide('covered.invoice_price_ht_eur', 'greatest(covered.list_ht_eur, 0)') }} as invoice_realisation_ratio,
        {%- for ratio, part, whole in [
            ('pocket_realisation_ratio', 'pocket_price_ht_eur', 'list_ht_eur'),
            ('margin_on_price_ratio', 'real_margin_eur', 'invoice_price_ht_eur'),
        ] %}
            case
                when covered.has_costs then {{ divide('covered.' ~ part, 'greatest(covered.' ~ whole ~ ', 0)') }}
            end as {{ ratio }},
        {%- endfor %}
        case when covered.has_costs then covered.quarter_coverage_ratio end as cost_coverage_ratio
    from covered
    left join {{ ref('dim_offers') }} as offers on covered.offer_id = offers.offer_id
    left join {{ ref('dim_clients') }} as clients on covered.client_id = clients.client_id
)

select * from final
