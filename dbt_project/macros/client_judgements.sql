{# The thresholds of `map_client_thresholds`, each a column of `prep_client_thresholds`. #}
{% macro client_thresholds() -%}
    {{ return([
        'behaviour_months', 'trend_months', 'shrinkage_count', 'minimum_effective_count', 'short_term_days',
        'medium_term_days', 'run_ratio', 'run_day_ratio', 'run_payment_count', 'tension_pay_days',
        'tension_revenue_ratio', 'tension_receivable_ratio', 'risk_class_b_points', 'risk_class_c_points',
        'risk_class_d_points'
    ]) }}
{%- endmacro %}


{# The first day that the cash tension of clients looks at: the last month is that of the as-of day, of 24. #}
{% macro tension_from_on() -%}
    {{ add_months("cast(date_trunc('month', " ~ as_of() ~ ') as date)', -23) }}
{%- endmacro %}


{# What the drivers of `map_credit_risk_points` measure, in `prep_client_risks`. A limit of 0 lets nothing be owed: any euro is ten times
   above it. #}
{% macro risk_drivers() -%}
    {{ return({
        'insolvency': 'case when is_insolvent then 1 end',
        'oldest_overdue': 'oldest_overdue_days',
        'overdue_share': 'overdue_ttc_eur / nullif(receivable_ttc_eur, 0)',
        'late_p90': 'case when has_history then late_p90_days end',
        'over_limit': 'case when credit_limit_eur = 0 and is_over_limit then 10 else limit_use_ratio end',
        'late_trend': 'late_trend_days',
        'bounced': 'bounced_count',
        'disputed_share': 'disputed_ttc_eur / nullif(receivable_ttc_eur, 0)',
        'concentration': 'exposure_share_ratio',
    }) }}
{%- endmacro %}
