{#- The layers of the cash forecast, from the nearest to the bank to the farthest; `all` is their sum. -#}
{% macro layer_position(layer) -%}
    cast(case {{ layer }}
        when 'receivables' then 1 when 'retained' then 2 when 'to_invoice' then 3 when 'undelivered' then 4
        when 'pipeline' then 5 when 'not_yet_known' then 6 else 7
    end as integer)
{%- endmacro %}
