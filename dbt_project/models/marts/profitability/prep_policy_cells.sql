{%- set measures = [
    'list_ht_eur', 'invoice_price_ht_eur', 'net_price_ht_eur', 'pocket_price_ht_eur', 'variable_eur', 'floor_cost_eur',
    'real_margin_eur'
] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- At equal volume: quarters of the sales of an offer, from the smallest quantities to the largest.
tiered as (
    select
        *,
        case when is_priced then ntile(4) over of_offer end as volume_tier
    from {{ ref('prep_quarter_sales') }}
    window of_offer as (partition by offer_id, is_priced order by sold_quantity, sale_id, quarter_on)
),

indexed as (
    select
        *,
        case
            when is_priced then {{ divide(
                'pocket_price_ht_eur * sum(list_ht_eur) over in_tier',
                'list_ht_eur * sum(pocket_price_ht_eur) over in_tier'
            ) }}
        end as price_index_ratio
    from tiered
    window in_tier as (partition by offer_id, volume_tier)
),

-- The cells of an offer, their sum in each quarter, and the whole offer, to which small cells are drawn.
scoped as (
    select
        indexed.*,
        scopes.is_whole_offer,
        coalesce(indexed.offer_id, 'unallocated') as cell_offer_id,
        case when not scopes.is_whole_offer then indexed.quarter_on end as cell_quarter_on,
        case when scopes.is_every_client then 'all' else indexed.client_type end as cell_client_type,
        case when scopes.is_every_client then 'all' else indexed.channel end as cell_channel
    from indexed
    cross join (values (false, false), (true, false), (true, true)) as scopes (is_every_client, is_whole_offer)
),

final as (
    select
        {%- for measure in measures %}
            cast(sum({{ measure }}) as decimal(18, 2)) as {{ measure }},
        {%- endfor %}
        {%- for name, share in {'p10': 0.1, 'p90': 0.9}.items() %}
            {{ quantile('cast(price_index_ratio as double)', share, 'decimal(9, 6)') }} as {{ name }}_price_index_ratio,
        {%- endfor %}
        cell_offer_id as offer_id,
        is_whole_offer,
        cell_quarter_on as quarter_on,
        cell_client_type as client_type,
        cell_channel as channel,
        count(*) filter (where is_priced) as sale_count,
        cast(coalesce(sum(sold_quantity), 0) as decimal(18, 6)) as sold_quantity
    from scoped
    group by cell_offer_id, is_whole_offer, cell_quarter_on, cell_client_type, cell_channel
)

select * from final
