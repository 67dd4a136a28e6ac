{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

entries as (
    select *, {{ is_cost_entry() }} as is_cost from {{ ref('fct_margin_entries') }}
),

costed_orders as (
    select order_id
    from entries
    where is_cost and order_id is not null
    group by order_id
),

windows as (
    select * from {{ ref('prep_profit_windows') }}
),

-- What no client caused is the pool: a row of its own, so that the rows add up to the company.
final as (
    select
        windows.window_label,
        coalesce(entries.client_id, 'unallocated') as client_id,
        entries.client_id is null as is_pool,
        coalesce(sum(entries.entry_eur) filter (where entries.entry_kind = 'revenue'), 0) as revenue_ht_eur,
        coalesce(sum(entries.entry_eur) filter (where entries.entry_kind in (
            'revenue', 'early_payment_discount', 'material', 'subcontract', 'freight', 'commission', 'payment_fee',
            'production_hours'
        )), 0) as contribution_eur,
        coalesce(sum(entries.entry_eur) filter (where entries.entry_kind = 'cost_of_credit'), 0) as cost_of_credit_eur,
        coalesce(sum(entries.entry_eur) filter (where entries.entry_kind = 'bad_debt'), 0) as bad_debt_eur,
        sum(entries.entry_eur) as real_margin_eur,
        real_margin_eur - contribution_eur - cost_of_credit_eur - bad_debt_eur as cost_to_serve_eur,
        coalesce(sum(entries.entry_eur) filter (
            where entries.entry_kind = 'revenue' and costed_orders.order_id is not null
        ), 0) as costed_revenue_ht_eur,
        coalesce(sum(entries.entry_eur) filter (where entries.is_cost), 0) as cost_eur
    from entries
    inner join windows on entries.entry_on >= windows.from_on
    left join costed_orders on entries.order_id = costed_orders.order_id
    group by windows.window_label, entries.client_id
)

select * from final
