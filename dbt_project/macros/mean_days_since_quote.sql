{#- The cash-weighted mean of a date of `fct_cash_milestones`, in days since the first quote: legs are differences. -#}
{% macro mean_days_since_quote(date_column) -%}
    {%- set euro_days = 'sum(cashed_ttc_eur * (' ~ date_column ~ ' - first_quoted_on))' -%}
    {{ divide(euro_days, 'sum(cashed_ttc_eur)', 'decimal(9, 2)') }}
{%- endmacro %}
