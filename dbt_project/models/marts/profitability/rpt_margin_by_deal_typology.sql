with

typology_margins as (
    select * from {{ ref('prep_typology_margins') }}
),

loaded as (
    select * from {{ ref('prep_margin_loaded') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

cells as (
    select
        cohort_label,
        cohort_start_on,
        typology_axis,
        deal_type,
        sale_type,
        size_band,
        channel,
        sum(acquisition_cost_eur) as acquisition_cost_eur,
        {{ divide('sum(pay_euro_days)', 'sum(cashed_ttc_eur)', 'decimal(9, 2)') }} as paid_only_pay_days,
        {{ margin_sums() }}
    from typology_margins
    group by cohort_label, cohort_start_on, typology_axis, deal_type, sale_type, size_band, channel
),

measured as (
    select
        cells.*,
        loaded.has_costs,
        loaded.has_costs and cells.complete_order_count >= thresholds.minimum_order_count as has_enough_orders,
        cells.sale_type = 'unallocated' or cells.deal_type = 'unallocated'
        or cells.size_band = 'unallocated' or cells.channel = 'unallocated' as is_pool
    from cells
    cross join loaded
    cross join thresholds
),

rated as (
    select
        *,
        {{ margin_ratios() }}
    from measured
),

final as (
    select
        cohort_label,
        cohort_start_on,
        typology_axis,
        deal_type,
        sale_type,
        size_band,
        channel,
        is_pool,
        order_count,
        complete_order_count,
        has_enough_orders,
        hours,
        signed_net_ht_eur,
        revenue_ht_eur,
        theoretical_margin_eur,
        case when has_costs then accounting_margin_eur end as accounting_margin_eur,
        case when has_costs then real_margin_eur end as real_margin_eur,
        cast(acquisition_cost_eur as decimal(18, 2)) as acquisition_cost_eur,
        complete_signed_net_ht_eur,
        complete_revenue_ht_eur,
        complete_theoretical_margin_eur,
        case when has_costs then complete_real_margin_eur end as complete_real_margin_eur,
        theoretical_margin_ratio,
        accounting_margin_ratio,
        real_margin_ratio,
        realisation_ratio,
        case
            when has_enough_orders
                then {{ divide('real_margin_eur', 'hours', 'decimal(18, 2)') }}
        end as margin_per_hour_eur,
        paid_only_pay_days,
        {{ divide('greatest(least(costed_revenue_ht_eur, revenue_ht_eur), 0)', 'greatest(revenue_ht_eur, 0)') }}
            as costed_revenue_ratio
    from rated
)

select * from final
