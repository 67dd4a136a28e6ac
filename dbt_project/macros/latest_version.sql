{# The rows of a relation, one per key: the version loaded last, and of one load the last line of the last file. #}
{% macro latest_version(relation, key) -%}
(
        select
            *,
            row_number() over (partition by {{ key }} order by loaded_at desc, source_file desc, source_line desc) as version_rank
        from {{ relation }}
    )
{%- endmacro %}
