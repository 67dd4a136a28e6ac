{#- The kinds of the profit ledger that an order can carry beside its revenue, in reading order. -#}
{% macro order_entry_kinds() -%}
    {{ return([
        'early_payment_discount', 'material', 'subcontract', 'freight', 'commission', 'payment_fee', 'production_hours',
        'rework_hours', 'warranty', 'support', 'support_hours', 'admin_hours', 'overhead', 'cost_of_credit', 'bad_debt'
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


{#- Why an order earns less than it promised, in reading order: nine causes, and what it takes to serve. -#}
{% macro erosion_causes() -%}
    {{ return([
        'price', 'volume', 'hours', 'purchases', 'rework', 'freight', 'commission', 'payment', 'bad_debt', 'service'
    ]) }}
{%- endmacro %}


{#- Sums of orders (columns: order_id, is_complete, has_traced_cost and the measures of `rpt_deal_economics`) that margin reports share.
    Rates are those of complete orders: an order under way carries its cost before its revenue. -#}
{% macro margin_sums() -%}
        count(order_id) as order_count,
        count(order_id) filter (where is_complete) as complete_order_count,
        cast(sum(hours) as decimal(18, 2)) as hours,
        cast(coalesce(sum(signed_net_ht_eur), 0) as decimal(18, 2)) as signed_net_ht_eur,
        cast(coalesce(sum(revenue_ht_eur), 0) as decimal(18, 2)) as revenue_ht_eur,
        cast(sum(theoretical_margin_eur) as decimal(18, 2)) as theoretical_margin_eur,
        cast(sum(accounting_margin_eur) as decimal(18, 2)) as accounting_margin_eur,
        cast(sum(real_margin_eur) as decimal(18, 2)) as real_margin_eur,
        cast(sum(signed_net_ht_eur) filter (where is_complete and theoretical_margin_eur is not null) as decimal(18, 2))
            as complete_signed_net_ht_eur,
        cast(sum(revenue_ht_eur) filter (where is_complete) as decimal(18, 2)) as complete_revenue_ht_eur,
        cast(sum(theoretical_margin_eur) filter (where is_complete) as decimal(18, 2))
            as complete_theoretical_margin_eur,
        cast(sum(accounting_margin_eur) filter (where is_complete) as decimal(18, 2))
            as complete_accounting_margin_eur,
        cast(sum(real_margin_eur) filter (where is_complete) as decimal(18, 2)) as complete_real_margin_eur,
        coalesce(sum(revenue_ht_eur) filter (where has_traced_cost), 0) as costed_revenue_ht_eur
{%- endmacro %}


{#- The rates of `margin_sums()`, empty where too few orders are complete. -#}
{% macro margin_ratios() -%}
    {%- set rates = [
        ('theoretical_margin_ratio', 'complete_theoretical_margin_eur', 'complete_signed_net_ht_eur'),
        ('accounting_margin_ratio', 'complete_accounting_margin_eur', 'complete_revenue_ht_eur'),
        ('real_margin_ratio', 'complete_real_margin_eur', 'complete_revenue_ht_eur'),
        ('realisation_ratio', 'complete_real_margin_eur', 'complete_theoretical_margin_eur'),
    ] -%}
        {%- for rate, part, whole in rates %}
        case when has_enough_orders then {{ divide(part, 'greatest(' ~ whole ~ ', 0)') }} end as {{ rate }}
        {{- ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}


{#- The thresholds of `map_profitability_thresholds`, each a column of `prep_profit_thresholds`. -#}
{% macro profitability_thresholds() -%}
    {{ return([
        'minimum_order_count', 'minimum_client_count', 'minimum_deal_count', 'minimum_effort_count', 'minimum_owner_count',
        'minimum_sale_count', 'minimum_comparison_count', 'shrinkage_count', 'maturity_days', 'payback_limit_months'
    ]) }}
{%- endmacro %}


{#- A mean of a cell (rows: <measure>, parent_<measure>, shrinkage_count), drawn to that of its parent. -#}
{% macro shrink(measure, count_column) -%}
    ({{ measure }} * {{ count_column }} + parent_{{ measure }} * shrinkage_count) / ({{ count_column }} + shrinkage_count)
{%- endmacro %}
