{# A label of payment terms in one spelling: lower case, no accents, `30 jours` for every way to write days, `#` for every way
   to write a month's end. Each rewriting reads the result of the one before. #}
{% macro term_words(label) -%}
    {%- set rewritings = [
        ('\\s+', ' '),
        ('([0-9]) ?[.,] ?([0-9]+ ?%)', '\\1.\\2'),
        ('[;:()]|[.,] |[.]$', ' '),
        ('\\bnet (a )?([0-9]+)( (jours?|jrs?|j|days?|d)\\b)?', '\\2 jours '),
        ('\\bj ?[+] ?([0-9]+)', '\\1 jours '),
        ('([0-9]) ?(j|jrs?|d)(fdm|eom|fm)\\b', '\\1 jours fdm'),
        ('([0-9]) ?(jours?|jrs?|j|days?|d)\\b', '\\1 jours'),
        ('\\ble ([0-9]+) du mois suivant\\b', 'puis # le \\1'),
        ('([0-9]) du mois\\b', '\\1'),
        ('\\b(fins? (de |du )?mois|fdm|fm|eom|end of (the )?month)\\b', ' # '),
        (' +', ' '),
    ] -%}
    {%- set words = namespace(sql="translate(lower(replace(" ~ label ~ ", chr(160), ' ')), 'àâäéèêëîïôöùûüç’''', 'aaaeeeeiioouuuc  ')") -%}
    {%- for pattern, replacement in rewritings -%}
        {%- set words.sql = "regexp_replace(" ~ words.sql ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "', 'g')" -%}
    {%- endfor -%}
    trim({{ words.sql }})
{%- endmacro %}


{# The part of a text that a pattern captures, null where it does not match. #}
{% macro extract_words(words, pattern) -%}
    {{ return(adapter.dispatch('extract_words')(words, pattern)) }}
{%- endmacro %}


{% macro duckdb__extract_words(words, pattern) -%}
    nullif(regexp_extract({{ words }}, '{{ pattern }}', 1), '')
{%- endmacro %}


{% macro default__extract_words(words, pattern) -%}
    substring({{ words }} from '{{ pattern }}')
{%- endmacro %}


{# The day some months later, clipped to shorter months. #}
{% macro add_months(day, months) -%}
    cast({{ dbt.dateadd('month', months, day) }} as date)
{%- endmacro %}


{# The last day of the decade (ten days of a month): the 10th, the 20th or the month's end. #}
{% macro decade_end(day) -%}
    case
        when extract(day from {{ day }}) > 20 then {{ month_end(day) }}
        else cast(date_trunc('month', {{ day }}) as date) + case when extract(day from {{ day }}) > 10 then 19 else 9 end
    end
{%- endmacro %}


{# The first date from a day on that falls on one of the days of a list of at most four ("10 25"), each clipped to short months;
   the day itself without a list. A place that the list leaves empty repeats its first day. #}
{% macro next_payment_day(day, day_list) -%}
    {%- set this_start = "cast(date_trunc('month', " ~ day ~ ') as date)' -%}
    {%- set this_end = month_end(day) -%}
    {%- set next_end = month_end(month_end(day) ~ ' + 1') -%}
    case
        when {{ day_list }} is null then {{ day }}
        else least(
            {%- for position in range(1, 5) %}
                {%- set number = "cast(coalesce(nullif(split_part(" ~ day_list ~ ", ' ', " ~ position ~ "), ''), split_part(" ~ day_list ~ ", ' ', 1)) as integer)" %}
                case
                    when least({{ this_start }} + {{ number }} - 1, {{ this_end }}) >= {{ day }}
                        then least({{ this_start }} + {{ number }} - 1, {{ this_end }})
                    else least({{ this_end }} + {{ number }}, {{ next_end }})
                end {{- ',' if not loop.last }}
            {%- endfor %}
        )
    end
{%- endmacro %}
