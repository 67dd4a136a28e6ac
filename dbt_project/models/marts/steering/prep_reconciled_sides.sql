{{ config(materialized='ephemeral', contract={'enforced': false}) }}

{#- Each side of a check: relation, amount, condition, and the day that it speaks of. What a report cannot answer is
   compared with nothing. -#}
{%- set has_costs = "exists (select 1 from " ~ ref('fct_margin_entries') ~ " where " ~ is_cost_entry() ~ ")" %}
{%- set states = 'cashed_ttc_eur + invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur '
    ~ '+ delivered_to_invoice_ttc_eur + undelivered_to_invoice_ttc_eur + cancelled_or_credited_ttc_eur '
    ~ '+ written_off_ttc_eur - over_invoiced_ttc_eur' %}
{%- set open_states = 'invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur' %}
{%- set cash = 'case when bounced_on is null then received_ttc_eur else 0 end' %}
{%- set cash_today = 'case when bounced_on <= ' ~ as_of() ~ ' then 0 else received_ttc_eur end' %}
{%- set flows = 'opening_ht_eur, created_ht_eur, reopened_ht_eur, pulled_in_ht_eur, upsized_ht_eur, -downsized_ht_eur, '
    ~ '-pushed_out_ht_eur, -won_ht_eur, -lost_ht_eur, -removed_ht_eur' %}
{%- set flow_sum = 'coalesce(' ~ flows.split(', ') | join(', 0) + coalesce(') ~ ', 0)' %}
{%- set month_day = 'least(' ~ month_end('bridge_month') ~ ', ' ~ as_of() ~ ')' %}
{%- set today = as_of() %}
{%- set has_aging = 'exists (select 1 from ' ~ ref('rpt_ar_aging') ~ ')' %}
{%- set has_invoices = 'exists (select 1 from ' ~ ref('fct_invoices') ~ ')' %}
{%- set has_cash = 'exists (select 1 from ' ~ ref('rpt_revenue_to_cash_bridge')
    ~ " where step = 'cash' and step_eur <> 0)" %}
{%- set is_told = 'invoice_id in (select invoice_id from ' ~ ref('fct_invoices')
    ~ ' where residual_reported_ttc_eur is not null)' %}

{%- set sides = [
    ('signed_is_in_one_state', 'left', 'fct_order_euro_states', states, 'true', 'as_of_on'),
    ('signed_is_in_one_state', 'right', 'fct_order_euro_states', 'signed_ttc_eur', 'true', 'as_of_on'),
    ('states_hold_what_was_signed', 'left', 'fct_order_euro_states', 'signed_ttc_eur', 'as_of_on = ' ~ today, today),
    ('states_hold_what_was_signed', 'right', 'fct_order_lines', 'change_ttc_eur',
        "change_kind <> 'cancellation' and effective_on <= " ~ today, today),
    ('invoiced_is_due', 'left', 'fct_invoice_instalments', 'due_ttc_eur', 'true', today),
    ('invoiced_is_due', 'right', 'fct_invoices', 'invoiced_ttc_eur', 'true', today),
    ('received_is_allocated', 'left', 'fct_payment_allocations', 'allocated_ttc_eur',
        "allocation_kind in ('payment', 'unallocated', 'reversal')", today),
    ('received_is_allocated', 'right', 'fct_payments', cash, 'true', today),
    ('cash_of_the_bridge_is_received', 'left', 'rpt_revenue_to_cash_bridge', 'step_eur', "step = 'cash'", today),
    ('cash_of_the_bridge_is_received', 'right', 'fct_payments', cash_today,
        'paid_on <= ' ~ today ~ ' and ' ~ has_cash, today),
    ('bridge_leads_to_cash', 'left', 'rpt_revenue_to_cash_bridge', 'step_eur',
        "is_closed and (step = 'promised' or not is_level)", month_day),
    ('bridge_leads_to_cash', 'right', 'rpt_revenue_to_cash_bridge', 'step_eur', "is_closed and step = 'cash'", month_day),
    ('receivable_is_in_the_states', 'left', 'fct_order_euro_states', open_states, has_aging, 'as_of_on'),
    ('receivable_is_in_the_states', 'left', 'fct_outside_crm_states', open_states, has_aging, 'as_of_on'),
    ('receivable_is_in_the_states', 'right', 'rpt_ar_health_monthly', 'ar_gross_ttc_eur', "perimeter_kind = 'all'",
        'as_of_on'),
    ('aging_is_the_net_receivable', 'left', 'rpt_ar_aging', 'open_ttc_eur', 'true', 'as_of_on'),
    ('aging_is_the_net_receivable', 'right', 'rpt_ar_health_monthly', 'ar_net_ttc_eur', "perimeter_kind = 'all'",
        'as_of_on'),
    ('unbilled_is_in_the_states', 'left', 'fct_order_euro_states', 'delivered_to_invoice_ttc_eur',
        'as_of_on = ' ~ today ~ ' and ' ~ has_invoices, today),
    ('unbilled_is_in_the_states', 'right', 'rpt_unbilled_deliveries', 'unbilled_ttc_eur', 'true', today),
    ('list_less_discounts_is_invoiced', 'left', 'rpt_discount_leakage', 'list_ht_eur - discount_ht_eur', 'true', today),
    ('list_less_discounts_is_invoiced', 'right', 'fct_line_prices', 'invoice_price_ht_eur', 'true', today),
    ('waterfall_ends_on_the_profit_ledger', 'left', 'rpt_price_waterfall', 'real_margin_eur', has_costs, today),
    ('waterfall_ends_on_the_profit_ledger', 'right', 'fct_margin_entries', 'entry_eur', has_costs, today),
    ('clients_make_the_profit', 'left', 'rpt_client_profitability', 'real_margin_eur',
        "window_label = 'to_date' and " ~ has_costs, today),
    ('clients_make_the_profit', 'right', 'fct_margin_entries', 'entry_eur', has_costs, today),
    ('offers_make_the_profit', 'left', 'rpt_margin_by_offer', 'real_margin_eur', "cohort_label = 'all' and " ~ has_costs, today),
    ('offers_make_the_profit', 'right', 'fct_margin_entries', 'entry_eur', has_costs, today),
    ('typologies_make_the_profit', 'left', 'rpt_margin_by_deal_typology', 'real_margin_eur',
        "cohort_label = 'all' and typology_axis = 'sale_type' and " ~ has_costs, today),
    ('typologies_make_the_profit', 'right', 'fct_margin_entries', 'entry_eur', has_costs, today),
    ('orders_make_their_profit', 'left', 'rpt_deal_economics', 'real_margin_eur', has_costs, today),
    ('orders_make_their_profit', 'right', 'fct_margin_entries', 'entry_eur', 'order_id is not null and ' ~ has_costs, today),
    ('segments_make_the_acquisition_cost', 'left', 'rpt_acquisition_cost_by_segment', 'sales_and_marketing_eur',
        "cohort_label = 'all' and segment <> 'all'", today),
    ('segments_make_the_acquisition_cost', 'right', 'fct_acquisition_costs', 'cost_eur', 'spent_on <= ' ~ today, today),
    ('pipeline_flows_close', 'left', 'rpt_pipeline_bridge', flow_sum, "close_window = 'all'", month_day),
    ('pipeline_flows_close', 'right', 'rpt_pipeline_bridge', 'coalesce(closing_ht_eur, 0)', "close_window = 'all'", month_day),
    ('forecast_layers_add_up', 'left', 'rpt_cash_forecast_13w', 'expected_ttc_eur', "layer <> 'all'", today),
    ('forecast_layers_add_up', 'right', 'rpt_cash_forecast_13w', 'expected_ttc_eur', "layer = 'all'", today),
    ('senders_agree_on_what_is_open', 'left', 'fct_ar_instalment_monthly', 'open_ttc_eur',
        'as_of_on = ' ~ today ~ ' and ' ~ is_told ~ ' and ' ~ has_aging, today),
    ('senders_agree_on_what_is_open', 'right', 'fct_invoices', 'residual_reported_ttc_eur', has_aging, today),
] %}

with

final as (
    {%- for check, side, relation, amount, condition, day in sides %}
        select
            '{{ check }}' as check_id,
            {{ day }} as as_of_on,
            '{{ side }}' as check_side,
            sum({{ amount }}) as side_eur
        from {{ ref(relation) }}
        where {{ condition }}
        group by 2
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
