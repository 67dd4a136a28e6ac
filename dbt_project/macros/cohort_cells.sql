{#- A row counts in four cells: its own, all of the first axis, all of the second, everything. To be cross joined. -#}
{% macro cohort_cells(first='is_every_cohort', second='is_every_type') -%}
    (values (false, false), (false, true), (true, false), (true, true)) as cells ({{ first }}, {{ second }})
{%- endmacro %}
