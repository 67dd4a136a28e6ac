with

offer_margins as (
    select * from {{ ref('prep_offer_margins') }}
),

loaded as (
    select * from {{ ref('prep_margin_loaded') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

offers as (
    select * from {{ ref('dim_offers') }}
),

cells as (
    select
        cohort_label,
        cohort_start_on,
        offer_id,
        {{ margin_sums() }}
    from offer_margins
    group by cohort_label, cohort_start_on, offer_id
),

measured as (
    select
        cells.*,
        loaded.has_costs,
        loaded.has_costs and cells.complete_order_count >= thresholds.minimum_order_count as has_enough_orders,
        cells.offer_id = 'unallocated' as is_pool,
        cells.revenue_ht_eur - cells.real_margin_eur as cost_eur
    from cells
    cross join loaded
    cross join thresholds
),

rated as (
    select
        *,
        {{ divide('sum(case when not is_pool then cost_eur end) over cohort', 'sum(cost_eur) over cohort') }}
            as cost_coverage_ratio,
        {{ margin_ratios() }}
    from measured
    window cohort as (partition by cohort_label)
),

ranked as (
    select
        *,
        row_number() over (
            partition by cohort_label, has_enough_orders order by theoretical_margin_ratio desc, offer_id asc
        ) as promised_rank,
        row_number() over (
            partition by cohort_label, has_enough_orders order by real_margin_ratio desc, offer_id asc
        ) as earned_rank
    from rated
),

final as (
    select
        ranked.cohort_label,
        ranked.cohort_start_on,
        ranked.offer_id,
        coalesce(offers.offer_name, case when ranked.is_pool then 'Non affecté' else ranked.offer_id end) as offer_name,
        coalesce(offers.family, 'unknown') as family,
        ranked.is_pool,
        ranked.order_count,
        ranked.complete_order_count,
        ranked.has_enough_orders,
        ranked.hours,
        ranked.signed_net_ht_eur,
        ranked.revenue_ht_eur,
        ranked.theoretical_margin_eur,
        case when ranked.has_costs then ranked.accounting_margin_eur end as accounting_margin_eur,
        case when ranked.has_costs then ranked.real_margin_eur end as real_margin_eur,
        ranked.complete_signed_net_ht_eur,
        ranked.complete_revenue_ht_eur,
        ranked.complete_theoretical_margin_eur,
        case when ranked.has_costs then ranked.complete_real_margin_eur end as complete_real_margin_eur,
        ranked.theoretical_margin_ratio,
        ranked.accounting_margin_ratio,
        ranked.real_margin_ratio,
        ranked.realisation_ratio,
        case when ranked.has_enough_orders then ranked.promised_rank end as promised_margin_rank,
        case when ranked.has_enough_orders then ranked.earned_rank end as real_margin_rank,
        {{ divide(
            'greatest(least(ranked.costed_revenue_ht_eur, ranked.revenue_ht_eur), 0)', 'greatest(ranked.revenue_ht_eur, 0)'
        ) }} as costed_revenue_ratio,
        case when ranked.has_costs then ranked.cost_coverage_ratio end as cost_coverage_ratio
    from ranked
    left join offers on ranked.offer_id = offers.offer_id
)

select * from final
