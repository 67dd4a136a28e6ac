{# Rows of a reconciliation: the keys on which two relations (columns: compared_key, amount) disagree. Null-safe: a key that one side lacks
   is a difference, whatever its amount. #}
{% macro differences(reason, found, expected) -%}
    select
        '{{ reason }}' as reason,
        coalesce(found.compared_key, expected.compared_key) as compared_key,
        found.amount as found_amount,
        expected.amount as expected_amount
    from {{ found }} as found
    full outer join {{ expected }} as expected on found.compared_key = expected.compared_key
    where found.amount is distinct from expected.amount
{%- endmacro %}
