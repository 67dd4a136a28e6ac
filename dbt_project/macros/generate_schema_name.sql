{# The schema of the folder as it is: environments are separate DuckDB files, never schema prefixes. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
