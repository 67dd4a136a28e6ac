{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- The odds are those of deals old enough to be decided.
deals as (
    select * from {{ ref('prep_target_deals') }}
    where is_mature
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

-- A deal counts in the company, in its segment, and finer and finer; not below where its family is not known.
cell_deals as (
    select
        deals.learned_on,
        deals.is_latest,
        levels.target_level,
        case when levels.target_level >= 1 then deals.segment else 'all' end as cell_segment,
        case when levels.target_level >= 2 then deals.client_type else 'all' end as cell_client_type,
        case when levels.target_level >= 3 then deals.family else 'all' end as cell_family,
        case when levels.target_level >= 4 then deals.channel else 'all' end as cell_channel,
        deals.client_id,
        case when deals.is_won then 1 else 0 end as won,
        deals.complete_margin_eur,
        deals.acquisition_cost_eur,
        deals.sales_hours,
        case when deals.is_won then coalesce(deals.signed_net_ht_eur, 0) else 0 end as won_ht_eur
    from deals
    inner join (values (0), (1), (2), (3), (4)) as levels (target_level)
        on levels.target_level < 3 or deals.family is not null
),

cells as (
    select
        learned_on,
        is_latest,
        target_level,
        cell_segment as segment,
        cell_client_type as client_type,
        cell_family as family,
        cell_channel as channel,
        count(*) as deal_count,
        count(distinct client_id) as client_count,
        sum(won) as won_count,
        count(complete_margin_eur) as margin_count,
        avg(won) as win_mean,
        coalesce(avg(complete_margin_eur), 0) as margin_mean,
        var_pop(complete_margin_eur) as margin_variance,
        avg(acquisition_cost_eur) as cost_mean,
        avg(sales_hours) as hours_mean,
        avg(won_ht_eur) as revenue_mean
    from cell_deals
    group by learned_on, is_latest, target_level, cell_segment, cell_client_type, cell_family, cell_channel
),

related as (
    select
        cells.*,
        thresholds.shrinkage_count,
        cells.deal_count >= thresholds.minimum_deal_count and cells.client_count >= thresholds.minimum_client_count
            as is_published,
        coalesce(parents.win_mean, cells.win_mean) as parent_win_mean,
        coalesce(case when parents.margin_count > 0 then parents.margin_mean end, company.margin_mean)
            as parent_margin_mean,
        coalesce(parents.margin_variance, company.margin_variance, 0) as parent_margin_variance,
        coalesce(parents.cost_mean, cells.cost_mean) as parent_cost_mean,
        coalesce(parents.hours_mean, cells.hours_mean) as parent_hours_mean,
        coalesce(parents.revenue_mean, cells.revenue_mean) as parent_revenue_mean,
        company.margin_count > 0 as has_margin
    from cells
    cross join thresholds
    inner join cells as company on cells.learned_on = company.learned_on and company.target_level = 0
    left join cells as parents
        on
            cells.learned_on = parents.learned_on
            and cells.target_level = parents.target_level + 1
            and case when cells.target_level >= 2 then cells.segment else 'all' end = parents.segment
            and case when cells.target_level >= 3 then cells.client_type else 'all' end = parents.client_type
            and case when cells.target_level >= 4 then cells.family else 'all' end = parents.family
),

-- Small cells say little by themselves: each is drawn to its parent, as by some more deals like the parent's.
shrunk as (
    select
        *,
        {{ shrink('win_mean', 'deal_count') }} as win_estimate,
        {{ shrink('margin_mean', 'margin_count') }} as margin_estimate,
        {{ shrink('cost_mean', 'deal_count') }} as cost_estimate,
        {{ shrink('hours_mean', 'deal_count') }} as hours_estimate,
        {{ shrink('revenue_mean', 'deal_count') }} as revenue_estimate,
        parent_margin_variance / (margin_count + shrinkage_count) as margin_error
    from related
),

judged as (
    select
        *,
        win_estimate * (1 - win_estimate) / (deal_count + shrinkage_count) as win_error,
        win_estimate * margin_estimate - cost_estimate as value_estimate
    from shrunk
),

final as (
    select
        *,
        sqrt(
            margin_estimate * margin_estimate * win_error + win_estimate * win_estimate * margin_error
            + win_error * margin_error
        ) as value_error
    from judged
)

select * from final
