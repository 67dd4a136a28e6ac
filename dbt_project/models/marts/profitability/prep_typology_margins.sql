{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

size_bands as (
    select
        size_band,
        size_from_ht_eur,
        lead(size_from_ht_eur) over (order by size_from_ht_eur) as size_to_ht_eur
    from {{ ref('map_deal_size_bands') }}
),

worked as (
    select
        order_id,
        sum(hours) as hours
    from {{ ref('fct_order_offer_margins') }}
    group by order_id
),

cash as (
    select
        order_id,
        sum(cashed_ttc_eur) as cashed_ttc_eur,
        sum(cashed_ttc_eur * (cash_on - issued_on)) as pay_euro_days
    from {{ ref('fct_cash_milestones') }}
    where order_id is not null and cash_on <= {{ as_of() }}
    group by order_id
),

parts as (
    select
        orders.order_id,
        orders.signed_on as cohort_on,
        coalesce(orders.deal_type, 'unknown') as own_deal_type,
        orders.sale_type as own_sale_type,
        coalesce(size_bands.size_band, 'unknown') as own_size_band,
        coalesce(orders.channel, 'unknown') as own_channel,
        orders.is_complete,
        orders.has_traced_cost,
        orders.signed_net_ht_eur,
        orders.theoretical_margin_eur,
        coalesce(orders.revenue_ht_eur, 0) as revenue_ht_eur,
        orders.accounting_margin_eur,
        orders.real_margin_eur,
        orders.acquisition_cost_eur,
        worked.hours,
        cash.cashed_ttc_eur,
        cash.pay_euro_days
    from {{ ref('rpt_deal_economics') }} as orders
    left join size_bands
        on
            orders.signed_net_ht_eur >= size_bands.size_from_ht_eur
            and (orders.signed_net_ht_eur < size_bands.size_to_ht_eur or size_bands.size_to_ht_eur is null)
    left join worked on orders.order_id = worked.order_id
    left join cash on orders.order_id = cash.order_id
    union all
    select
        null as order_id,
        entry_on as cohort_on,
        'unallocated' as own_deal_type,
        'unallocated' as own_sale_type,
        'unallocated' as own_size_band,
        'unallocated' as own_channel,
        false as is_complete,
        false as has_traced_cost,
        0 as signed_net_ht_eur,
        null as theoretical_margin_eur,
        revenue_ht_eur,
        accounting_margin_eur,
        real_margin_eur,
        null as acquisition_cost_eur,
        hours,
        null as cashed_ttc_eur,
        null as pay_euro_days
    from {{ ref('prep_outside_entries') }}
),

-- Each order counts in the whole crossing, and once along each axis; in its quarter, and in all.
final as (
    select
        parts.*,
        axes.typology_axis,
        {%- for axis in ['deal_type', 'sale_type', 'size_band', 'channel'] %}
            case when axes.typology_axis in ('crossing', '{{ axis }}') then parts.own_{{ axis }} else 'all' end
                as {{ axis }},
        {%- endfor %}
        case when cells.is_every_cohort then 'all' else {{ quarter_label('parts.cohort_on') }} end as cohort_label,
        case when not cells.is_every_cohort then cast(date_trunc('quarter', parts.cohort_on) as date) end
            as cohort_start_on
    from parts
    cross join (
        values ('deal_type'), ('sale_type'), ('size_band'), ('channel'), ('crossing')
    ) as axes (typology_axis)
    cross join (values (false), (true)) as cells (is_every_cohort)
)

select * from final
