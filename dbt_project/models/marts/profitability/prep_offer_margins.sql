{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

orders as (
    select * from {{ ref('rpt_deal_economics') }}
),

order_offers as (
    select * from {{ ref('fct_order_offer_margins') }}
),

-- An order counts in the quarter of its signature; what has no order, in the quarter of its date.
parts as (
    select
        order_offers.order_id,
        order_offers.offer_id,
        orders.signed_on as cohort_on,
        orders.is_complete,
        orders.has_traced_cost,
        order_offers.signed_ht_eur as signed_net_ht_eur,
        order_offers.theoretical_margin_eur,
        order_offers.revenue_ht_eur,
        order_offers.accounting_margin_eur,
        order_offers.real_margin_eur,
        order_offers.hours
    from order_offers
    inner join orders on order_offers.order_id = orders.order_id
    union all
    select
        null as order_id,
        coalesce(offer_id, 'unallocated') as offer_id,
        entry_on as cohort_on,
        false as is_complete,
        false as has_traced_cost,
        0 as signed_net_ht_eur,
        null as theoretical_margin_eur,
        revenue_ht_eur,
        accounting_margin_eur,
        real_margin_eur,
        hours
    from {{ ref('prep_outside_entries') }}
),

final as (
    select
        parts.*,
        case when cells.is_every_cohort then 'all' else {{ quarter_label('parts.cohort_on') }} end as cohort_label,
        case when not cells.is_every_cohort then cast(date_trunc('quarter', parts.cohort_on) as date) end
            as cohort_start_on
    from parts
    cross join (values (false), (true)) as cells (is_every_cohort)
)

select * from final
