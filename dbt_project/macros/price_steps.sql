{#- The steps from the list price to the real margin, in reading order, under the level that they lead to. -#}
{% macro price_steps() -%}
    {{ return({
        'list_ht_eur': ['list'],
        'invoice_price_ht_eur': [
            'discount_contract', 'discount_volume', 'discount_campaign', 'discount_automatic', 'discount_manual',
            'discount_header', 'discount_rounding', 'discount_unexplained'
        ],
        'pocket_price_ht_eur': [
            'credit_note', 'rebate', 'early_payment_discount', 'freight', 'payment_fee', 'cost_of_credit', 'penalty'
        ],
        'contribution_after_credit_eur': ['material', 'subcontract', 'production_hours', 'commission'],
        'served_margin_eur': ['rework_hours', 'warranty', 'support', 'support_hours', 'overhead', 'admin_hours'],
        'real_margin_eur': ['bad_debt']
    }) }}
{%- endmacro %}


{#- The signed euros of some steps (rows: step, step_eur). -#}
{% macro sum_of_steps(steps) -%}
    sum(
        case
            {%- for name in steps %}
                when step = '{{ name }}' then step_eur
            {%- endfor %}
            else 0
        end
    )
{%- endmacro %}


{#- A line of a document that sets a price; not what a credit note concedes on a price, nor deposits and penalties. -#}
{% macro is_priced_line() -%}
    line_role in ('product', 'shipping', 'discount', 'rounding')
    and not (
        doc_type = 'credit_note'
        and coalesce(coalesce(credit_reason, case line_role when 'discount' then 'commercial' end) in ('price', 'commercial'), false)
    )
{%- endmacro %}


{#- A sale is an order, or an invoice that names none: what one decision of price covers. -#}
{% macro sale_id(invoice_id='invoice_id') -%}
    coalesce('order:' || order_id, 'invoice:' || {{ invoice_id }})
{%- endmacro %}


{#- What a client buys in a year: it carries what names the client and no sale. -#}
{% macro client_year_id(day) -%}
    'client:' || client_id || ':' || extract(year from {{ day }})
{%- endmacro %}


{#- The steps that a cost or a time entry recorded: unknown, with every level from the pocket price on, where no cost is loaded. -#}
{% macro cost_steps() -%}
    {{ return(['freight', 'payment_fee'] + price_steps()['contribution_after_credit_eur'] + price_steps()['served_margin_eur']) }}
{%- endmacro %}


{#- An amount, unknown without costs where it needs them (rows: has_costs). -#}
{% macro known_amount(amount, needs_costs=true) -%}
    cast({{ 'case when has_costs then ' ~ amount ~ ' end' if needs_costs else amount }} as decimal(18, 2))
{%- endmacro %}


{#- The column of a step: prices are before tax, what comes after the invoice is tax-free by nature. -#}
{% macro step_column(step) -%}
    {{ step }}{{ '_ht_eur' if step == 'list' or step.startswith('discount_') else '_eur' }}
{%- endmacro %}
