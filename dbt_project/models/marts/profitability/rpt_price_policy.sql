{%- set cell_keys = ['offer_id', 'client_type', 'channel', 'quarter_on'] -%}

with

effects as (
    select * from {{ ref('prep_policy_effects') }}
),

rates as (
    select * from {{ ref('prep_policy_rates') }}
),

coverages as (
    select
        quarter_on,
        min(cost_coverage_ratio) as cost_coverage_ratio
    from {{ ref('rpt_price_waterfall') }}
    group by quarter_on
),

-- Without a single cost loaded, what is left after the invoice is unknown.
loaded as (
    select * from {{ ref('prep_margin_loaded') }}
),

final as (
    select
        effects.quarter_on,
        effects.offer_id,
        case
            when effects.offer_id = 'unallocated' then 'Sans offre'
            else coalesce(offers.offer_name, effects.offer_id)
        end as offer_name,
        effects.client_type,
        effects.channel,
        coalesce(rates.sale_count, 0) as sale_count,
        coalesce(rates.is_small_sample, true) as is_small_sample,
        cast(coalesce(rates.sold_quantity, 0) as decimal(18, 6)) as sold_quantity,
        cast(coalesce(rates.list_ht_eur, 0) as decimal(18, 2)) as list_ht_eur,
        cast(coalesce(rates.invoice_price_ht_eur, 0) as decimal(18, 2)) as invoice_price_ht_eur,
        {{ divide('rates.invoice_price_ht_eur', 'greatest(rates.list_ht_eur, 0)') }} as invoice_realisation_ratio,
        {%- for measure in ['pocket_price_ht_eur', 'real_margin_eur'] %}
            {{ known_amount('coalesce(rates.' ~ measure ~ ', 0)') }} as {{ measure }},
        {%- endfor %}
        {%- for measure in [
            'pocket_realisation_ratio', 'shrunk_pocket_realisation_ratio', 'p10_price_index_ratio', 'p90_price_index_ratio',
            'shrunk_p10_price_index_ratio', 'shrunk_p90_price_index_ratio', 'net_unit_price_eur', 'floor_unit_price_eur',
            'shrunk_floor_unit_price_eur'
        ] %}
            case when loaded.has_costs then rates.{{ measure }} end as {{ measure }},
        {%- endfor %}
        coalesce(loaded.has_costs and rates.net_unit_price_eur < rates.shrunk_floor_unit_price_eur, false)
            as is_below_floor,
        {{ known_amount('effects.contribution_eur') }} as contribution_after_credit_eur,
        {%- for effect in ['prior_contribution', 'price_effect', 'volume_effect', 'mix_effect', 'cost_effect'] %}
            cast(
                case when loaded.has_costs and not effects.is_first_quarter then effects.{{ effect }}_eur end
                as decimal(18, 2)
            ) as {{ 'prior_contribution_after_credit' if loop.first else effect }}_eur,
        {%- endfor %}
        case
            when loaded.has_costs then {{ divide('rates.real_margin_eur', 'greatest(rates.invoice_price_ht_eur, 0)') }}
        end as margin_on_price_ratio,
        coverages.cost_coverage_ratio
    from effects
    cross join loaded
    inner join coverages on effects.quarter_on = coverages.quarter_on
    left join {{ ref('dim_offers') }} as offers on effects.offer_id = offers.offer_id
    left join rates
        on
            {% for key in cell_keys -%}
                {{ 'and ' if not loop.first }}effects.{{ key }} = rates.{{ key }}
            {% endfor %}
)

select * from final
