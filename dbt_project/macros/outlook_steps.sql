{#- The steps from the revenue promised for a month to come to the cash expected in it, in reading order: name, is it a level, tax basis. -#}
{% macro outlook_steps() -%}
    {{ return([
        ('promised', true, 'ht'),
        ('vat', false, 'vat'),
        ('unlikely', false, 'ttc'),
        ('cashed_later', false, 'ttc'),
        ('pipeline', false, 'ttc'),
        ('undelivered', false, 'ttc'),
        ('to_invoice', false, 'ttc'),
        ('receivables', false, 'ttc'),
        ('retained', false, 'ttc'),
        ('not_yet_known', false, 'ttc'),
        ('expected_cash', true, 'ttc'),
    ]) }}
{%- endmacro %}
