{#- The kinds of the profit ledger that an order can carry beside its revenue, in reading order. -#}
{% macro order_entry_kinds() -%}
    {{ return([
        'early_payment_discount', 'material', 'subcontract', 'freight', 'commission', 'payment_fee', 'production_hours',
        'rework_hours', 'warranty', 'support', 'support_hours', 'overhead', 'cost_of_credit', 'bad_debt'
    ]) }}
{%- endmacro %}

{#- An entry that a cost or a time entry recorded; the others are revenue, or are imputed to it. -#}
{% macro is_cost_entry() -%}
    entry_kind not in ('revenue', 'early_payment_discount', 'cost_of_credit', 'bad_debt')
{%- endmacro %}


{#- The kinds of which the accounting margin is the sum. -#}
{% macro accounting_entry_kinds() -%}
    {{ return(['revenue', 'material', 'subcontract', 'freight', 'commission', 'production_hours']) }}
{%- endmacro %}
