{#- The continuous quantile of an aggregated expression, for example `quantile('duration_days', 0.9)`. -#}
{% macro quantile(expression, share, type='decimal(9,2)') -%}
    cast(quantile_cont({{ expression }}, {{ share }}) as {{ type }})
{%- endmacro %}
