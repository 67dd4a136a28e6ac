{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set names = [
    'behaviour_months', 'trend_months', 'shrinkage_count', 'minimum_effective_count', 'short_term_days',
    'medium_term_days', 'run_ratio', 'run_day_ratio', 'run_payment_count', 'tension_pay_days', 'tension_revenue_ratio',
    'tension_receivable_ratio', 'risk_class_b_points', 'risk_class_c_points', 'risk_class_d_points'
] %}

with

thresholds as (
    select * from {{ ref('map_client_thresholds') }}
),

-- What a person may discuss, as one row.
final as (
    select
    {%- for name in names %}
        max(threshold_value) filter (where threshold_name = '{{ name }}') as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from thresholds
)

select * from final
