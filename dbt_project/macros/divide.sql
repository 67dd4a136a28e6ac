{#- A quotient that cannot break a build: null where the denominator is 0 or absent, or where it would not fit. -#}
{% macro divide(numerator, denominator, type='decimal(9,6)') -%}
    try_cast(({{ numerator }}) / nullif({{ denominator }}, 0) as {{ type }})
{%- endmacro %}
