{# What the moves of a key (rows: key, seen_on, measure, moved_ttc_eur) add up to between two of its moves: one row per key and interval
   [from_on, to_on), with a column `<measure>_ttc` for each measure. The cost follows the moves, not the days. #}
{% macro as_of_sums(moves, key, measures) -%}
(
        select
            {%- for measure in measures %}
                cast(sum({{ measure }}_ttc) over in_time as decimal(18, 2)) as {{ measure }}_ttc,
            {%- endfor %}
            {{ key }},
            seen_on as from_on,
            lead(seen_on, 1, date '9999-12-31') over in_time as to_on
        from (
            select
                {%- for measure in measures %}
                    cast(sum(case when measure = '{{ measure }}' then moved_ttc_eur else 0 end) as decimal(18, 2)) as {{ measure }}_ttc,
                {%- endfor %}
                {{ key }},
                seen_on
            from {{ moves }}
            where seen_on is not null
            group by {{ key }}, seen_on
        ) as daily
        window in_time as (partition by {{ key }} order by seen_on)
    )
{%- endmacro %}
