{#- A row counts in its own cohort and in all of them; in each, in the whole and in one perimeter of each kind. To be cross joined. -#}
{% macro perimeter_cells(kinds) -%}
    (
        values
        {%- for kind in ['all'] + kinds %}
            (false, '{{ kind }}'), (true, '{{ kind }}')
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    ) as cells (is_every_cohort, perimeter_kind)
{%- endmacro %}


{#- The perimeter of a kind that a row belongs to: the column that the kind names, or `all`. -#}
{% macro perimeter_label(kinds, row) -%}
    case cells.perimeter_kind
        {%- for kind in kinds %}
            when '{{ kind }}' then {{ row }}.{{ kind }}
        {%- endfor %}
        else 'all'
    end
{%- endmacro %}


{#- Rows for a test: where the perimeters of a kind do not add up to the whole, or the cohorts of a perimeter to all of them. -#}
{% macro perimeters_that_miss(relation, measures) -%}
    select
        parts.cohort_label || ' / ' || parts.perimeter_kind as row_label,
        'the perimeters of a kind add up to the company' as reason
    from {{ relation }} as parts
    inner join {{ relation }} as company
        on parts.cohort_label = company.cohort_label and company.perimeter_kind = 'all'
    group by parts.cohort_label, parts.perimeter_kind
    having
        {%- for measure in measures %}
            sum(coalesce(parts.{{ measure }}, 0)) <> max(coalesce(company.{{ measure }}, 0))
            {%- if not loop.last %} or{% endif %}
        {%- endfor %}
    union all
    select
        parts.perimeter_kind || ' / ' || parts.perimeter_label as row_label,
        'the cohorts of a perimeter add up to all' as reason
    from {{ relation }} as parts
    group by parts.perimeter_kind, parts.perimeter_label
    having
        {%- for measure in measures %}
            sum(case when parts.cohort_label = 'all' then -1 else 1 end * coalesce(parts.{{ measure }}, 0)) <> 0
            {%- if not loop.last %} or{% endif %}
        {%- endfor %}
{%- endmacro %}
