{# The day the marts speak of, as a date literal: PILOTAGE_AS_OF, or today in Europe/Paris. #}
{% macro as_of() -%}
    {%- set stated = env_var('PILOTAGE_AS_OF', '') -%}
    {%- if stated -%}
        {%- set day = modules.datetime.date.fromisoformat(stated) -%}
    {%- else -%}
        {%- set day = modules.datetime.datetime.now(modules.pytz.timezone('Europe/Paris')).date() -%}
    {%- endif -%}
    date '{{ day.isoformat() }}'
{%- endmacro %}
