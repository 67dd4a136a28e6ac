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

cash as (
    select
        windows.window_label,
        events.client_id,
        sum(case when events.event_type in ('paid', 'reversed') then events.event_ht_eur end) as cashed_ht_eur,
        sum(case when events.event_type not in ('paid', 'reversed') then events.event_ht_eur end) as invoiced_ht_eur
    from {{ ref('fct_revenue_chain_events') }} as events
    inner join windows on events.effective_on >= windows.from_on
    where
        events.event_type in ('paid', 'reversed', 'invoiced', 'credited_rebill', 'credited_final')
        and events.effective_on <= {{ as_of() }}
    group by windows.window_label, events.client_id
),

-- What no client caused is the pool: a row of its own, so that the rows add up to the company.
margins as (
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
),

final as (
    select
        margins.*,
        {{ prorate('margins.real_margin_eur', 'cash.cashed_ht_eur', 'cash.invoiced_ht_eur') }} as cashed_margin_eur
    from margins
    left join cash on margins.window_label = cash.window_label and margins.client_id = cash.client_id
)

select * from final
