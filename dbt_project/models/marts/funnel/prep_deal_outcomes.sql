{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('fct_orders') }}
    where deal_id is not null
),

latest_states as (
    select * from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

-- Signed net of cancellation: something of the order is left 90 days after its signature.
kept_orders as (
    select order_lines.order_id
    from {{ ref('fct_order_lines') }} as order_lines
    inner join orders on order_lines.order_id = orders.order_id
    where order_lines.effective_on <= orders.signed_on + 90
    group by order_lines.order_id
    having sum(order_lines.change_ht_eur) > 0
),

cash_by_instalment as (
    select
        instalment_id,
        sum(allocated_ttc_eur) as cashed_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where allocation_kind in ('payment', 'reversal') and instalment_id is not null
    group by instalment_id
),

first_instalments as (
    select
        instalments.order_id,
        instalments.due_ttc_eur,
        cash_by_instalment.cashed_ttc_eur
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join orders on instalments.order_id = orders.order_id
    left join cash_by_instalment on instalments.instalment_id = cash_by_instalment.instalment_id
    where instalments.due_ttc_eur > 0
    qualify row_number() over (
        partition by instalments.order_id
        order by instalments.due_on, instalments.issued_on, instalments.instalment_id
    ) = 1
),

deal_orders as (
    select
        orders.deal_id,
        bool_or(kept_orders.order_id is not null) as is_kept,
        bool_or(
            kept_orders.order_id is not null
            and coalesce(latest_states.cashed_ttc_eur, 0) > 0
            and (
                coalesce(first_instalments.cashed_ttc_eur >= first_instalments.due_ttc_eur, false)
                or latest_states.cashed_ttc_eur
                >= 0.95 * (latest_states.signed_ttc_eur - latest_states.cancelled_or_credited_ttc_eur)
            )
        ) as is_cash_confirmed
    from orders
    left join kept_orders on orders.order_id = kept_orders.order_id
    left join first_instalments on orders.order_id = first_instalments.order_id
    left join latest_states on orders.order_id = latest_states.order_id
    group by orders.deal_id
),

outcomes as (
    select
        deals.outcome,
        cast(extract(year from deals.created_on) as varchar) as cohort_label,
        deals.client_type,
        greatest(deals.age_days, 0) as age_days,
        {{ as_of() }} - deals.created_on as observed_days,
        -- The first proposal weighs won and lost deals alike; a signed amount would favour the won ones.
        coalesce(nullif(deals.first_proposed_ht_eur, 0), nullif(deals.deal_ht_eur, 0)) as value_ht_eur,
        deals.outcome = 'won' and coalesce(deal_orders.is_kept, true) as is_net_won,
        deals.outcome = 'won' and coalesce(deal_orders.is_cash_confirmed, false) as is_cash_confirmed,
        exists(select 1 from orders) as has_orders,
        exists(select 1 from cash_by_instalment) as has_cash
    from {{ ref('fct_deals') }} as deals
    left join deal_orders on deals.deal_id = deal_orders.deal_id
),

-- Each deal counts in four cells: its own, all cohorts, all types of client, everything.
final as (
    select
        outcomes.* exclude (cohort_label, client_type),
        case when cells.is_every_cohort then 'all' else outcomes.cohort_label end as cohort_label,
        case when cells.is_every_type then 'all' else outcomes.client_type end as client_type
    from outcomes
    cross join {{ cohort_cells() }}
)

select * from final
