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
