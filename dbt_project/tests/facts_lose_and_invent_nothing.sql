{#
    Fact, its measure, the conformed entity, the same measure there, and what a conformed row must satisfy to be a fact.
#}
{%- set facts = [
    ('fct_deals', 'count(*)', 'int_deals', 'count(*)', 'merged_into_deal_id is null'),
    ('fct_quote_versions', 'count(*)', 'int_quotes', 'count(*)', 'true'),
    ('fct_quote_lines', 'sum(quantity)', 'int_quote_lines', 'sum(quantity)',
        'quote_id in (select quote_id from ' ~ ref('int_quotes') ~ ')'),
    ('fct_orders', 'count(*)', 'int_orders', 'count(*)', 'true'),
    ('fct_order_lines', 'count(*)', 'int_order_lines', 'count(*)', 'order_id in (select order_id from ' ~ ref('int_orders') ~ ')'),
    ('fct_deliveries', 'count(*)', 'int_deliveries', 'count(*)',
        'order_line_id in (select order_line_id from ' ~ ref('fct_order_lines') ~ " where change_kind <> 'cancellation')"),
    ('fct_invoices', 'count(*)', 'int_invoices', 'count(*)', "state = 'posted'"),
    ('fct_invoice_lines', 'count(*)', 'int_invoice_lines', 'count(*)',
        'invoice_id in (select invoice_id from ' ~ ref('int_invoices') ~ " where state = 'posted')"),
    ('fct_payments', 'count(*)', 'int_payments', 'count(*)', "state <> 'cancelled'"),
    ('fct_costs', 'sum(cost_eur)', 'int_costs', 'sum(cost_eur)', 'true'),
    ('fct_time_entries', 'sum(hours)', 'int_time_entries', 'sum(hours)', 'true'),
] -%}
{{ config(
    description='I11: no join of a fact drops or multiplies a row; the profit ledger carries every line, cost and hour once.',
    meta={'dagster': {'ref': {'name': 'fct_margin_entries'}}},
) }}

with

found as (
    {% for fact, measure, source, source_measure, condition in facts %}
        select
            '{{ fact }}' as compared_key,
            cast(coalesce({{ measure }}, 0) as decimal(38, 6)) as amount
        from {{ ref(fact) }}
        union all
    {% endfor %}
    select
        'margin: ' || entry_kind as compared_key,
        cast(sum(entry_eur) as decimal(38, 6)) as amount
    from {{ ref('fct_margin_entries') }}
    where entry_kind not in ('cost_of_credit', 'bad_debt', 'early_payment_discount')
    group by entry_kind
),

expected as (
    {% for fact, measure, source, source_measure, condition in facts %}
        select
            '{{ fact }}' as compared_key,
            cast(coalesce({{ source_measure }}, 0) as decimal(38, 6)) as amount
        from {{ ref(source) }}
        where {{ condition }}
        union all
    {% endfor %}
    select
        'margin: revenue' as compared_key,
        cast(sum(line_ht_eur) as decimal(38, 6)) as amount
    from {{ ref('fct_invoice_lines') }}
    where line_role not in ('deposit', 'deposit_deduction') and issued_on <= {{ as_of() }}
    having count(line_ht_eur) > 0
    union all
    select
        'margin: ' || cost_kind as compared_key,
        cast(-sum(cost_eur) as decimal(38, 6)) as amount
    from {{ ref('int_costs') }}
    where cost_on <= {{ as_of() }}
    group by cost_kind
    union all
    select
        'margin: ' || activity_kind || '_hours' as compared_key,
        cast(-sum(round(hours * hourly_cost_eur, 2)) as decimal(38, 6)) as amount
    from {{ ref('int_time_entries') }}
    where activity_kind <> 'sales' and worked_on <= {{ as_of() }}
    group by activity_kind
)

{{ differences('conservation', 'found', 'expected') }}
