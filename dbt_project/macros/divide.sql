{#- A quotient that cannot break a build: null where the denominator is 0 or absent, or where it would not fit. -#}
{% macro divide(numerator, denominator, type='decimal(9,6)') -%}
    try_cast(({{ numerator }}) / nullif({{ denominator }}, 0) as {{ type }})
{%- endmacro %}


{#- The sum of an amount over the rows that meet a condition: 0 where none does, null where some do and no amount is known. -#}
{% macro known_sum(amount, condition) -%}
    cast(
        coalesce(
            sum({{ amount }}) filter (where {{ condition }}), case when not coalesce(bool_or({{ condition }}), false) then 0 end
        )
        as decimal(18, 2)
    )
{%- endmacro %}


{#- A ratio of a small group, drawn towards that of a larger one, which weighs as much as so many of its members. -#}
{% macro shrunk(ratio, count, parent_ratio, weight) -%}
    cast(
        (coalesce({{ count }} * {{ ratio }}, 0) + {{ weight }} * {{ parent_ratio }}) / (coalesce({{ count }}, 0) + {{ weight }})
        as decimal(9, 6)
    )
{%- endmacro %}
