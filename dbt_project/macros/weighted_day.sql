{#- In an aggregate: the mean day of the rows that have one, weighted by an amount; null where the weights sum to 0. -#}
{% macro weighted_day(day, weight) -%}
    {%- set euro_days = 'sum(' ~ weight ~ ' * (' ~ day ~ " - date '2000-01-01'))" -%}
    {%- set euros = 'sum(case when ' ~ day ~ ' is not null then ' ~ weight ~ ' end)' -%}
    date '2000-01-01' + cast(round({{ euro_days }} / nullif({{ euros }}, 0)) as integer)
{%- endmacro %}
