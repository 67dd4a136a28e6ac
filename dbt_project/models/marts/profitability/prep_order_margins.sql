{{ config(materialized='ephemeral', contract={'enforced': false}) }}

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

cash as (
    select
        order_id,
        sum(event_ht_eur) as cashed_ht_eur
    from {{ ref('fct_revenue_chain_events') }}
    where event_type in ('paid', 'reversed') and effective_on <= {{ as_of() }} and order_id is not null
    group by order_id
),

loaded as (
    select
        coalesce(bool_or(entry_kind = 'revenue'), false) as has_revenue,
        coalesce(bool_or(is_cost), false) as has_costs,
        exists(select 1 from {{ ref('fct_payment_allocations') }}) as has_cash,
        exists(select 1 from {{ ref('fct_acquisition_costs') }}) as has_acquisition_costs
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
        loaded.has_acquisition_costs,
        case when loaded.has_revenue then coalesce(invoices.invoiced_ht_eur, 0) end as invoiced_ht_eur,
        case when loaded.has_cash then states.cashed_ttc_eur end as cashed_ttc_eur,
        case when loaded.has_cash then coalesce(cash.cashed_ht_eur, 0) end as cashed_ht_eur,
        case when loaded.has_revenue then coalesce(order_entries.revenue_ht_eur, 0) end as revenue_ht_eur,
        {%- for kind in order_entry_kinds() %}
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
    left join cash on orders.order_id = cash.order_id
    left join {{ ref('prep_order_entries') }} as order_entries on orders.order_id = order_entries.order_id
    left join coverages on extract(year from orders.signed_on) = coverages.cost_year
),

final as (
    select
        *,
        net_signed_ht_eur - standard_cost_eur as theoretical_margin_eur,
        revenue_ht_eur + material_eur + subcontract_eur + freight_eur + commission_eur + production_hours_eur
            as accounting_margin_eur
    from amounts
)

select * from final
