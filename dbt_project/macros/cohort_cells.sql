{#- A row counts in four cells: its own, all cohorts, all types of client, everything. To be cross joined. -#}
{% macro cohort_cells() -%}
    (values (false, false), (false, true), (true, false), (true, true)) as cells (is_every_cohort, is_every_type)
{%- endmacro %}
