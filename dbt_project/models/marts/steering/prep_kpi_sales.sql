{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

days as (
    select * from {{ ref('prep_steering_days') }}
),

pipelines as (
    select
        least({{ month_end('bridge_month') }}, {{ as_of() }}) as as_of_on,
        sum(closing_ht_eur) as closing_ht_eur,
        sum(closing_count) as closing_count,
        sum(closing_unpriced_count) as unpriced_count
    from {{ ref('rpt_pipeline_bridge') }}
    where close_window = 'all'
    group by bridge_month
),

discounts as (
    select
        days.as_of_on,
        sum(leakage.list_ht_eur) as list_ht_eur,
        sum(leakage.unlisted_ht_eur) as unlisted_ht_eur,
        sum(leakage.discount_ht_eur) as discount_ht_eur,
        sum(leakage.line_count) as line_count
    from {{ ref('rpt_discount_leakage') }} as leakage
    inner join days on leakage.issued_month between days.year_from_on and days.as_of_on
    group by days.as_of_on
),

final as (
    select
        'pipeline_closing_ht' as kpi_id,
        as_of_on,
        cast(closing_ht_eur as decimal(18, 6)) as observed_quantity,
        closing_count as observed_count,
        {{ divide('closing_count - unpriced_count', 'closing_count') }} as coverage_ratio,
        true as is_over
    from pipelines
    union all
    select
        'win_probability' as kpi_id,
        {{ as_of() }} as as_of_on,
        cif_won_180_ratio as observed_quantity,
        mature_180_count as observed_count,
        {{ divide('mature_180_count', 'entered_count') }} as coverage_ratio,
        true as is_over
    from {{ ref('rpt_funnel_conversion') }}
    where cohort_label = 'all' and perimeter_kind = 'all'
    union all
    select
        'sales_forecast_bias' as kpi_id,
        {{ first_as_of('target_month') }} as as_of_on,
        bias_year_ratio as observed_quantity,
        year_deal_count as observed_count,
        {{ divide('deal_count - unpriced_count', 'deal_count') }} as coverage_ratio,
        is_mature as is_over
    from {{ ref('rpt_sales_forecast_accuracy') }}
    where
        horizon_months = 1
        and layer = 'signed'
        and perimeter_kind = 'all'
        and target_month <= {{ as_of() }}
    union all
    select
        'invoice_realisation' as kpi_id,
        as_of_on,
        {{ divide('list_ht_eur - discount_ht_eur', 'list_ht_eur') }} as observed_quantity,
        line_count as observed_count,
        {{ divide('list_ht_eur - unlisted_ht_eur', 'list_ht_eur') }} as coverage_ratio,
        true as is_over
    from discounts
)

select * from final
