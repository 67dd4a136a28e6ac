{# The calendar day in France of an instant (a UTC evening of 31 December is already 1 January in winter). #}
{% macro paris_date(instant) -%}
    cast({{ instant }} at time zone 'Europe/Paris' as date)
{%- endmacro %}


{# Last day of the month. #}
{% macro month_end(day) -%}
    {{ return(adapter.dispatch('month_end')(day)) }}
{%- endmacro %}


{% macro default__month_end(day) -%}
    cast({{ dbt.last_day(day, 'month') }} as date)
{%- endmacro %}


{% macro duckdb__month_end(day) -%}
    last_day({{ day }})
{%- endmacro %}


{# Whole days from one date to another, negative where the second comes first. #}
{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between')(first_day, last_day)) }}
{%- endmacro %}


{% macro default__days_between(first_day, last_day) -%}
    {{ dbt.datediff(first_day, last_day, 'day') }}
{%- endmacro %}


{% macro duckdb__days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}


{# One row per day (or month) between two dates, both included, in a column `day_on`. #}
{% macro date_spine(first_day, last_day, step='day') -%}
    {{ return(adapter.dispatch('date_spine', 'pilotage')(first_day, last_day, step)) }}
{%- endmacro %}


{% macro duckdb__date_spine(first_day, last_day, step) -%}
    (select cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 {{ step }})) as date) as day_on)
{%- endmacro %}


{% macro default__date_spine(first_day, last_day, step) -%}
    (
        select cast(day_at as date) as day_on
        from generate_series({{ first_day }}, {{ last_day }}, interval '1 {{ step }}') as days (day_at)
    )
{%- endmacro %}


{# The day at which a report first sees what happened on a day: the month's end, or the as-of day in the current month; null after it. #}
{% macro first_as_of(day) -%}
    case when {{ day }} <= {{ as_of() }} then least({{ month_end(day) }}, {{ as_of() }}) end
{%- endmacro %}


{# The same day some months before; the end of a month gives the end of a month. #}
{% macro months_before(day, months) -%}
    {%- set earlier_day = 'cast(' ~ day ~ ' - interval \'1 month\' * cast(' ~ months ~ ' as integer) as date)' -%}
    case when {{ day }} = {{ month_end(day) }} then {{ month_end(earlier_day) }} else {{ earlier_day }} end
{%- endmacro %}


{# The quarter of a day, as readers write it: 2026-T1. #}
{% macro quarter_label(day) -%}
    concat(extract(year from {{ day }}), '-T', extract(quarter from {{ day }}))
{%- endmacro %}


{# Calendar months from the month of a day to the month of another. #}
{% macro months_between(first_day, last_day) -%}
    ((extract(year from {{ last_day }}) - extract(year from {{ first_day }})) * 12
    + extract(month from {{ last_day }}) - extract(month from {{ first_day }}))
{%- endmacro %}


{# Last day of the quarter. #}
{% macro quarter_end(day) -%}
    {{ return(adapter.dispatch('quarter_end')(day)) }}
{%- endmacro %}


{% macro default__quarter_end(day) -%}
    cast({{ dbt.last_day(day, 'quarter') }} as date)
{%- endmacro %}


{% macro duckdb__quarter_end(day) -%}
    cast(date_trunc('quarter', {{ day }}) + interval 3 month - interval 1 day as date)
{%- endmacro %}


{# The number of a week that starts on a Monday: differences count weeks. #}
{% macro week_number(day) -%}
    cast(floor({{ days_between("date '2000-01-03'", day) }} / 7) as integer)
{%- endmacro %}


{# The last Sunday up to a day: the end of the last week that is over, or ends on it. #}
{% macro last_sunday(day) -%}
    ({{ day }} - cast(extract(isodow from {{ day }}) as integer) % 7)
{%- endmacro %}
