{# The number that a pattern captures in a text, null where it does not match. #}
{% macro extract_number(words, pattern) -%}
    {{ return(adapter.dispatch('extract_number')(words, pattern)) }}
{%- endmacro %}


{% macro duckdb__extract_number(words, pattern) -%}
    cast(nullif(regexp_extract({{ words }}, '{{ pattern }}', 1), '') as integer)
{%- endmacro %}


{% macro default__extract_number(words, pattern) -%}
    cast(substring({{ words }} from '{{ pattern }}') as integer)
{%- endmacro %}


{# The first date from a day on that falls on a day of the month ("le 10"), clipped to short months; the day itself without one. #}
{% macro next_payment_day(day, day_of_month) -%}
    {%- set this_month = 'least(cast(date_trunc(\'month\', ' ~ day ~ ') as date) + ' ~ day_of_month ~ ' - 1, ' ~ month_end(day) ~ ')' -%}
    {%- set next_month = 'least(' ~ month_end(day) ~ ' + ' ~ day_of_month ~ ', ' ~ month_end(month_end(day) ~ ' + 1') ~ ')' -%}
    case
        when {{ day_of_month }} is null then {{ day }}
        when {{ this_month }} >= {{ day }} then {{ this_month }}
        else {{ next_month }}
    end
{%- endmacro %}
