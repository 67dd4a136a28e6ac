{%- set keys = {
    'int_owners': 'owner_id', 'int_stages': 'stage_id', 'int_deals': 'deal_id', 'int_deal_stage_events': 'deal_stage_event_id',
    'int_activities': 'activity_id', 'int_quotes': 'quote_id', 'int_quote_lines': 'quote_line_id', 'int_orders': 'order_id',
    'int_order_lines': 'order_line_change_id', 'int_offers': 'offer_id', 'int_list_prices': 'list_price_id',
    'int_invoices': 'invoice_id', 'int_invoice_lines': 'invoice_line_id', 'int_instalments': 'instalment_id',
    'int_payments': 'payment_id', 'int_allocations': 'allocation_id', 'int_deliveries': 'delivery_id',
    'int_time_entries': 'time_entry_id', 'int_capacity': 'capacity_id', 'int_costs': 'cost_id',
    'int_acquisition_costs': 'acquisition_cost_id', 'int_clients': 'client_id',
} -%}
{{ config(
    description='A key names one row of its entity, whatever the number of senders.',
    meta={'dagster': {'ref': {'name': 'int_clients'}}},
) }}

{% for relation, key in keys.items() %}
select
    '{{ relation }}' as relation,
    {{ key }} as duplicated_key
from {{ ref(relation) }}
group by {{ key }}
having count(*) > 1
{{ 'union all' if not loop.last }}
{% endfor %}
