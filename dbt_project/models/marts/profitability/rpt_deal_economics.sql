{%- set kinds = order_entry_kinds() -%}

with

orders as (
    select
        orders.*,
        deals.deal_type,
        deals.channel
    from {{ ref('fct_orders') }} as orders
    left join {{ ref('fct_deals') }} as deals on orders.deal_id = deals.deal_id
),

entries as (
    select
        *,
        {{ is_cost_entry() }} as is_cost
    from {{ ref('fct_margin_entries') }}
),

invoices as (
    select
        order_id,
        sum(invoiced_ht_eur) as invoiced_ht_eur
    from {{ ref('fct_invoices') }}
    where order_id is not null
    group by order_id
),

loaded as (
    select
        coalesce(bool_or(entry_kind = 'revenue'), false) as has_revenue,
        coalesce(bool_or(is_cost), false) as has_costs,
        exists(select 1 from {{ ref('fct_payment_allocations') }}) as has_cash
    from entries
),

coverages as (
    select
        extract(year from entry_on) as cost_year,
        {{ divide('sum(entry_eur) filter (where order_id is not null)', 'sum(entry_eur)') }} as cost_coverage_ratio
    from entries
    where is_cost
    group by cost_year
),

amounts as (
    select
        orders.*,
        orders.signed_ht_eur + orders.cancelled_ht_eur as net_signed_ht_eur,
        loaded.has_revenue and loaded.has_costs as has_margin,
        case when loaded.has_revenue then coalesce(invoices.invoiced_ht_eur, 0) end as invoiced_ht_eur,
        case when loaded.has_cash then states.cashed_ttc_eur end as cashed_ttc_eur,
        case when loaded.has_revenue then coalesce(order_entries.revenue_ht_eur, 0) end as revenue_ht_eur,
        {%- for kind in kinds %}
            coalesce(order_entries.{{ kind }}_eur, 0) as {{ kind }}_eur,
        {%- endfor %}
        coalesce(order_entries.real_margin_eur, 0) as real_margin_eur,
        coalesce(order_entries.has_traced_cost, false) as has_traced_cost,
        coalesce(states.delivered_to_invoice_ttc_eur + states.undelivered_to_invoice_ttc_eur = 0, false)
            as is_complete,
        coverages.cost_coverage_ratio
    from orders
    cross join loaded
    left join {{ ref('fct_order_euro_states') }} as states
        on orders.order_id = states.order_id and states.as_of_on = {{ as_of() }}
    left join invoices on orders.order_id = invoices.order_id
    left join {{ ref('prep_order_entries') }} as order_entries on orders.order_id = order_entries.order_id
    left join coverages on extract(year from orders.signed_on) = coverages.cost_year
),

margins as (
    select
        *,
        net_signed_ht_eur - standard_cost_eur as theoretical_margin_eur,
        material_eur + subcontract_eur + production_hours_eur as direct_cost_eur,
        revenue_ht_eur + material_eur + subcontract_eur + freight_eur + commission_eur + production_hours_eur
            as accounting_margin_eur
    from amounts
),

final as (
    select
        order_id,
        deal_id,
        client_id,
        client_type,
        segment,
        sale_type,
        deal_type,
        channel,
        signed_on,
        is_complete,
        has_traced_cost,
        cast(net_signed_ht_eur as decimal(18, 2)) as signed_ht_eur,
        cast(invoiced_ht_eur as decimal(18, 2)) as invoiced_ht_eur,
        cast(cashed_ttc_eur as decimal(18, 2)) as cashed_ttc_eur,
        standard_cost_eur,
        cast(revenue_ht_eur as decimal(18, 2)) as revenue_ht_eur,
        {%- for kind in kinds %}
            cast(case when has_margin then {{ kind }}_eur end as decimal(18, 2)) as {{ kind }}_eur,
        {%- endfor %}
        cast(theoretical_margin_eur as decimal(18, 2)) as theoretical_margin_eur,
        cast(revenue_ht_eur - net_signed_ht_eur as decimal(18, 2)) as volume_and_price_gap_eur,
        cast(case when has_margin then direct_cost_eur + standard_cost_eur end as decimal(18, 2))
            as direct_cost_gap_eur,
        cast(case when has_margin then accounting_margin_eur end as decimal(18, 2)) as accounting_margin_eur,
        cast(case when has_margin then real_margin_eur end as decimal(18, 2)) as real_margin_eur,
        case when has_margin then {{ divide('real_margin_eur', 'revenue_ht_eur') }} end as real_margin_ratio,
        case
            when is_complete and has_margin
                then {{ divide('real_margin_eur', 'greatest(theoretical_margin_eur, 0)') }}
        end as realisation_ratio,
        cost_coverage_ratio
    from margins
)

select * from final
