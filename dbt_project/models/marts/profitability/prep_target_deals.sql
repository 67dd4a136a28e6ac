{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- What is learnt today, and what could be learnt a year ago: on each day, with what was known then.
days as (
    select
        as_of_on as learned_on,
        is_latest
    from {{ ref('prep_version_days') }}
    where is_latest or as_of_on = first_on
),

deals as (
    select * from {{ ref('prep_courted_deals') }}
),

orders as (
    select
        fct_orders.deal_id,
        versions.as_of_on as learned_on,
        sum(versions.signed_net_ht_eur) as signed_net_ht_eur,
        sum(versions.real_margin_eur) as real_margin_eur,
        bool_and(states.delivered_to_invoice_ttc_eur + states.undelivered_to_invoice_ttc_eur = 0) as is_complete
    from {{ ref('rpt_deal_margin_versions') }} as versions
    inner join days on versions.as_of_on = days.learned_on
    inner join {{ ref('fct_orders') }} as fct_orders on versions.order_id = fct_orders.order_id
    inner join {{ ref('fct_order_euro_states') }} as states
        on versions.order_id = states.order_id and versions.as_of_on = states.as_of_on
    where fct_orders.deal_id is not null
    group by fct_orders.deal_id, versions.as_of_on
),

efforts as (
    select
        costs.deal_id,
        days.learned_on,
        sum(costs.hours) as sales_hours,
        sum(costs.cost_eur) as cost_eur
    from {{ ref('fct_acquisition_costs') }} as costs
    inner join days on costs.spent_on <= days.learned_on
    where costs.deal_id is not null
    group by costs.deal_id, days.learned_on
),

courted as (
    select
        deals.segment,
        days.learned_on,
        count(*) as deal_count
    from deals
    inner join days on deals.created_on <= days.learned_on
    where deals.is_new_business
    group by deals.segment, days.learned_on
),

-- Marketing is borne alike by the deals that court new clients in the segment aimed at.
marketing as (
    select
        courted.segment,
        courted.learned_on,
        cast(sum(costs.cost_eur) / courted.deal_count as decimal(18, 2)) as deal_cost_eur
    from {{ ref('fct_acquisition_costs') }} as costs
    inner join courted on costs.segment = courted.segment and costs.spent_on <= courted.learned_on
    where costs.cost_basis = 'marketing'
    group by courted.segment, courted.learned_on, courted.deal_count
),

-- The margin of a deal under way is not known yet: it counts in the odds of winning, not in what a win brings.
final as (
    select
        days.learned_on,
        days.is_latest,
        deals.deal_id,
        deals.client_id,
        deals.created_on,
        deals.segment,
        deals.client_type,
        deals.channel,
        case when deals.first_quoted_on <= days.learned_on then deals.family end as family,
        deals.created_on <= days.learned_on - cast(thresholds.maturity_days as integer) as is_mature,
        coalesce(deals.outcome = 'won' and deals.closed_on <= days.learned_on, false) as is_won,
        orders.signed_net_ht_eur,
        coalesce(orders.real_margin_eur, 0) as earned_eur,
        case when orders.is_complete then orders.real_margin_eur end as complete_margin_eur,
        coalesce(efforts.sales_hours, 0) as sales_hours,
        coalesce(efforts.cost_eur, 0)
        + case when deals.is_new_business then coalesce(marketing.deal_cost_eur, 0) else 0 end as acquisition_cost_eur
    from deals
    inner join days on deals.created_on <= days.learned_on
    cross join {{ ref('prep_profit_thresholds') }} as thresholds
    left join orders on deals.deal_id = orders.deal_id and days.learned_on = orders.learned_on
    left join efforts on deals.deal_id = efforts.deal_id and days.learned_on = efforts.learned_on
    left join marketing on deals.segment = marketing.segment and days.learned_on = marketing.learned_on
)

select * from final
