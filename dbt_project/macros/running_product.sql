{#- The product of an expression over a window: what survival curves multiply, age after age. -#}
{% macro running_product(expression, window) -%}
    product({{ expression }}) over ({{ window }})
{%- endmacro %}
