{# The last day on which a client may pay what it owes: the day before its insolvency proceedings, for what it owed before them
   (art. L622-7), and from which no interest runs (art. L622-28); the as-of day for any other debt. #}
{% macro last_payable_on(issued_on, insolvent_on) -%}
    least({{ as_of() }}, case when {{ issued_on }} < {{ insolvent_on }} then {{ insolvent_on }} - 1 else {{ as_of() }} end)
{%- endmacro %}
