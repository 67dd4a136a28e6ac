{{ config(
    description='I16, I24: the margins of orders and clients are the sums of the profit ledger, to the cent.',
    meta={'dagster': {'ref': {'name': 'rpt_client_profitability'}}},
) }}

with

entries as (
    select * from {{ ref('fct_margin_entries') }}
),

orders as (
    select * from {{ ref('rpt_deal_economics') }}
),

clients as (
    select * from {{ ref('rpt_client_profitability') }}
),

client_totals as (
    select
        window_label,
        sum(revenue_ht_eur) as revenue_ht_eur,
        sum(real_margin_eur) as real_margin_eur,
        max(whale_cumulative_ratio) as highest_ratio,
        max(whale_peak_ratio) as peak_ratio,
        max(whale_cumulative_ratio) filter (where whale_client_ratio = 1) as end_ratio
    from clients
    group by window_label
),

entry_totals as (
    select
        windows.window_label,
        coalesce(sum(entries.entry_eur) filter (where entries.entry_kind = 'revenue'), 0) as revenue_ht_eur,
        sum(entries.entry_eur) as real_margin_eur
    from entries
    inner join (
        values
        ('to_date', date '1900-01-01'),
        ('last_12_months', cast({{ as_of() }} - interval 1 year + interval 1 day as date))
    ) as windows (window_label, from_on) on entries.entry_on >= windows.from_on
    group by windows.window_label
),

order_entries as (
    select
        order_id,
        sum(entry_eur) as real_margin_eur
    from entries
    where order_id is not null
    group by order_id
),

failures as (
    select
        order_id as row_label,
        'the grain is the order' as reason
    from orders
    group by order_id
    having count(*) > 1
    union all
    select
        orders.order_id as row_label,
        'the real margin of an order is the sum of its entries' as reason
    from orders
    left join order_entries on orders.order_id = order_entries.order_id
    where orders.real_margin_eur <> coalesce(order_entries.real_margin_eur, 0)
    union all
    select
        order_entries.order_id as row_label,
        'every order of the profit ledger is reported' as reason
    from order_entries
    left join orders on order_entries.order_id = orders.order_id
    where orders.order_id is null
    union all
    select
        order_id as row_label,
        'the causes of erosion lead from the theoretical to the real margin' as reason
    from orders
    where
        {%- for cause in erosion_causes() %}
            {{ cause }}_erosion_eur {{ '+' if not loop.last }}
        {%- endfor %}
        is distinct from erosion_eur
        or erosion_eur is distinct from theoretical_margin_eur - real_margin_eur
    union all
    select
        order_id as row_label,
        'the accounting margin and what it leaves out lead to the real margin' as reason
    from orders
    where
        accounting_margin_eur + early_payment_discount_eur + payment_fee_eur + rework_hours_eur + warranty_eur
        + support_eur + support_hours_eur + admin_hours_eur + overhead_eur + cost_of_credit_eur + bad_debt_eur
        <> real_margin_eur
    union all
    select
        window_label || ' / ' || client_id as row_label,
        'the grain is window and client' as reason
    from clients
    group by window_label, client_id
    having count(*) > 1
    union all
    select
        window_label || ' / ' || client_id as row_label,
        'contribution, service, credit and bad debt lead to the real margin' as reason
    from clients
    where contribution_eur + cost_to_serve_eur + cost_of_credit_eur + bad_debt_eur <> real_margin_eur
    union all
    select
        entry_totals.window_label as row_label,
        'clients and pool add up to the company' as reason
    from entry_totals
    left join client_totals on entry_totals.window_label = client_totals.window_label
    where
        entry_totals.revenue_ht_eur <> coalesce(client_totals.revenue_ht_eur, 0)
        or coalesce(client_totals.real_margin_eur, entry_totals.real_margin_eur) <> entry_totals.real_margin_eur
    union all
    select
        window_label as row_label,
        'the whale curve ends at 1 and peaks at its peak' as reason
    from client_totals
    where peak_ratio is not null and (end_ratio is distinct from 1 or highest_ratio is distinct from peak_ratio)
    union all
    select
        window_label || ' / ' || client_id as row_label,
        'coverage is a share' as reason
    from clients
    where cost_coverage_ratio not between 0 and 1
)

select * from failures
