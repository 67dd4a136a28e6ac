{{ config(
    description='Rows that count nowhere or count apart: no header, no rate for their currency, an order unknown, more settled than owed.',
    severity='warn',
    meta={'dagster': {'ref': {'name': 'fct_invoices'}}},
) }}

with

{% set headers = [
    ('int_quote_lines', 'quote_line_id', 'quote_id', 'int_quotes'),
    ('int_order_lines', 'order_line_change_id', 'order_id', 'int_orders'),
    ('int_deliveries', 'delivery_id', 'order_line_id', 'int_order_lines'),
    ('int_invoice_lines', 'invoice_line_id', 'invoice_id', 'int_invoices'),
    ('int_instalments', 'instalment_id', 'invoice_id', 'int_invoices'),
    ('int_allocations', 'allocation_id', 'invoice_id', 'int_invoices'),
    ('int_deal_stage_events', 'deal_stage_event_id', 'deal_id', 'int_deals'),
] %}
orphans as (
    {% for relation, key, header_key, header in headers %}
        select
            '{{ relation }} without its {{ header_key }}' as reason,
            {{ key }} as named_key
        from {{ ref(relation) }}
        where {{ header_key }} not in (select {{ header_key }} from {{ ref(header) }})
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

unvalued as (
    select
        'no rate for ' || currency_code as reason,
        invoice_id as named_key
    from {{ ref('fct_invoices') }}
    where invoiced_ttc_eur is null
),

-- Without any order delivered, no invoice is expected to find its own.
outside as (
    select
        'invoice of an unknown order' as reason,
        invoices.invoice_id as named_key
    from {{ ref('int_invoices') }} as invoices
    left join {{ ref('int_orders') }} as orders on invoices.order_id = orders.order_id
    where
        invoices.state = 'posted'
        and invoices.order_id is not null
        and orders.order_id is null
        and (select count(*) from {{ ref('int_orders') }}) > 0
),

settled as (
    select
        instalment_id,
        sum(allocated_ttc_eur) as settled_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    group by instalment_id
),

oversettled as (
    select
        'settled above what is owed' as reason,
        instalments.instalment_id as named_key
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join settled on instalments.instalment_id = settled.instalment_id
    where (instalments.due_ttc_eur - settled.settled_ttc_eur) * sign(instalments.due_ttc_eur) < 0
)

select * from orphans
union all
select * from unvalued
union all
select * from outside
union all
select * from oversettled
