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


{# The last day whose entries are known, as a date literal: PILOTAGE_KNOWN_ON, or nothing where all that was delivered is. #}
{% macro known_on() -%}
    {%- set stated = env_var('PILOTAGE_KNOWN_ON', '') -%}
    {%- if stated -%}
        {%- set day = modules.datetime.date.fromisoformat(stated) -%}
        date '{{ day.isoformat() }}'
    {%- endif -%}
{%- endmacro %}


{# Whether what was entered on a day is known. #}
{% macro is_known(recorded_on) -%}
    {%- if known_on() -%} {{ recorded_on }} <= {{ known_on() }} {%- else -%} true {%- endif -%}
{%- endmacro %}
