{# In an aggregate: the value of the first row, in the given order, that has one. #}
{% macro first_known(value, order_by) -%}
    {{ return(adapter.dispatch('first_known')(value, order_by)) }}
{%- endmacro %}


{% macro duckdb__first_known(value, order_by) -%}
    first({{ value }} order by {{ order_by }}) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro default__first_known(value, order_by) -%}
    (array_agg({{ value }} order by {{ order_by }}) filter (where {{ value }} is not null))[1]
{%- endmacro %}
