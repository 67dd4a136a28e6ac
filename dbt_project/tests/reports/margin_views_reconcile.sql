{{ config(
    description='Profit by order, offer, typology and client is the same company, cohort by cohort and to the cent (I11, I16).',
    meta={'dagster': {'ref': {'name': 'rpt_margin_by_offer'}}},
) }}

with

entries as (
    select * from {{ ref('fct_margin_entries') }}
),

orders as (
    select * from {{ ref('rpt_deal_economics') }}
),

order_offers as (
    select * from {{ ref('fct_order_offer_margins') }}
),

-- Where no cost is loaded the reports show no margin, and only revenue is compared.
shown as (
    select
        coalesce(bool_or({{ is_cost_entry() }}) and bool_or(entry_kind = 'revenue'), false) as has_margin,
        coalesce(bool_or(entry_kind = 'revenue'), false) as has_revenue
    from entries
),

-- An order counts in the quarter of its signature, what has no order in the quarter of its date.
cohorts as (
    select
        {{ quarter_label('coalesce(orders.signed_on, entries.entry_on)') }} as cohort_label,
        case when entries.entry_kind = 'revenue' then entries.entry_eur else 0 end as revenue_ht_eur,
        entries.entry_eur as real_margin_eur
    from entries
    left join orders on entries.order_id = orders.order_id
),

company as (
    select
        cohort_label,
        sum(revenue_ht_eur) as revenue_ht_eur,
        sum(real_margin_eur) as real_margin_eur
    from cohorts
    group by cohort_label
    union all
    select
        'all' as cohort_label,
        coalesce(sum(revenue_ht_eur), 0) as revenue_ht_eur,
        coalesce(sum(real_margin_eur), 0) as real_margin_eur
    from cohorts
),

expected as (
    select
        views.view_name || ' / ' || company.cohort_label || ' / revenue' as compared_key,
        company.revenue_ht_eur as amount
    from company
    cross join shown
    cross join (
        values ('offer'), ('deal_type'), ('sale_type'), ('size_band'), ('channel'), ('crossing')
    ) as views (view_name)
    where shown.has_revenue
    union all
    select
        views.view_name || ' / ' || company.cohort_label || ' / real margin' as compared_key,
        company.real_margin_eur as amount
    from company
    cross join shown
    cross join (
        values ('offer'), ('deal_type'), ('sale_type'), ('size_band'), ('channel'), ('crossing')
    ) as views (view_name)
    where shown.has_margin
    union all
    select
        'client / to_date / real margin' as compared_key,
        company.real_margin_eur as amount
    from company
    cross join shown
    where company.cohort_label = 'all' and shown.has_margin
),

cells as (
    select
        'offer' as view_name,
        cohort_label,
        revenue_ht_eur,
        real_margin_eur
    from {{ ref('rpt_margin_by_offer') }}
    union all
    select
        typology_axis as view_name,
        cohort_label,
        revenue_ht_eur,
        real_margin_eur
    from {{ ref('rpt_margin_by_deal_typology') }}
),

found as (
    select
        view_name || ' / ' || cohort_label || ' / revenue' as compared_key,
        sum(revenue_ht_eur) as amount
    from cells
    group by view_name, cohort_label
    union all
    select
        view_name || ' / ' || cohort_label || ' / real margin' as compared_key,
        sum(real_margin_eur) as amount
    from cells
    group by view_name, cohort_label
    having count(real_margin_eur) > 0
    union all
    select
        'client / to_date / real margin' as compared_key,
        sum(real_margin_eur) as amount
    from {{ ref('rpt_client_profitability') }}
    where window_label = 'to_date'
    having count(real_margin_eur) > 0
),

order_totals as (
    select
        order_offers.order_id,
        sum(order_offers.signed_ht_eur) as signed_ht_eur,
        sum(order_offers.theoretical_margin_eur) as theoretical_margin_eur,
        sum(order_offers.revenue_ht_eur) as revenue_ht_eur,
        sum(order_offers.accounting_margin_eur) as accounting_margin_eur,
        sum(order_offers.real_margin_eur) as real_margin_eur
    from order_offers
    group by order_offers.order_id
),

failures as (
    {{ differences('the rows of a view add up to the company', 'found', 'expected') }}
    union all
    select
        'the offers of an order add up to it' as reason,
        orders.order_id as compared_key,
        order_totals.real_margin_eur as found_amount,
        orders.real_margin_eur as expected_amount
    from orders
    left join order_totals on orders.order_id = order_totals.order_id
    where
        order_totals.signed_ht_eur is distinct from orders.signed_net_ht_eur
        or order_totals.theoretical_margin_eur is distinct from orders.theoretical_margin_eur
        or order_totals.revenue_ht_eur <> coalesce(orders.revenue_ht_eur, 0)
        or order_totals.accounting_margin_eur <> coalesce(orders.accounting_margin_eur, orders.revenue_ht_eur, 0)
        or order_totals.real_margin_eur <> coalesce(orders.real_margin_eur, order_totals.real_margin_eur)
    union all
    select
        'the grain is one row per order and offer' as reason,
        order_id || ' / ' || offer_id as compared_key,
        count(*) as found_amount,
        1 as expected_amount
    from order_offers
    group by order_id, offer_id
    having count(*) > 1
)

select * from failures
