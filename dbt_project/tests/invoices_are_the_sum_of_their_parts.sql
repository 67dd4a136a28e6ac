{{ config(
    description='I4, I6: the lines and the instalments of a posted document sum to it, in its currency and in euro; orders and outside.',
    meta={'dagster': {'ref': {'name': 'fct_invoices'}}},
) }}

with

documents as (
    select * from {{ ref('int_invoices') }}
    where state = 'posted'
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

-- Senders round the tax of a line or that of a rate: one cent per line is allowed.
declared_lines as (
    select
        documents.invoice_id as compared_key,
        sum(lines.ht_doc_amount) - min(documents.ht_doc_amount) as ht_gap,
        sum(lines.ttc_doc_amount) - min(documents.ttc_doc_amount) as ttc_gap,
        sum(lines.ht_doc_amount * lines.tax_rate_ratio) - min(documents.vat_doc_amount) as vat_gap,
        0.01 * count(*) as tolerance
    from documents
    inner join {{ ref('int_invoice_lines') }} as lines on documents.invoice_id = lines.invoice_id
    group by documents.invoice_id
),

declared_instalments as (
    select
        documents.invoice_id as compared_key,
        sum(dues.due_doc_amount) - min(documents.ttc_doc_amount) as ttc_gap
    from documents
    left join {{ ref('int_instalment_dues') }} as dues on documents.invoice_id = dues.invoice_id
    group by documents.invoice_id
),

due as (
    select
        invoice_id as compared_key,
        sum(due_ttc_eur) as amount
    from {{ ref('fct_invoice_instalments') }}
    group by invoice_id
),

invoiced as (
    select
        invoice_id as compared_key,
        invoiced_ttc_eur as amount
    from invoices
),

-- Every euro invoiced is in an order, or outside the CRM, and only once.
placed_lines as (
    select
        coalesce(order_id, 'outside') || ' ' || invoice_id as compared_key,
        sum(line_ht_eur) as amount
    from {{ ref('fct_invoice_lines') }}
    group by order_id, invoice_id
),

placed_invoices as (
    select
        coalesce(invoices.order_id, 'outside') || ' ' || invoices.invoice_id as compared_key,
        invoices.invoiced_ht_eur as amount
    from invoices
    inner join declared_lines on invoices.invoice_id = declared_lines.compared_key
)

select
    'declared lines' as reason,
    compared_key,
    ht_gap as found_amount,
    0 as expected_amount
from declared_lines
where ht_gap <> 0 or ttc_gap <> 0 or abs(vat_gap) > tolerance
union all
select
    'declared instalments' as reason,
    compared_key,
    ttc_gap as found_amount,
    0 as expected_amount
from declared_instalments
where ttc_gap is distinct from 0
union all
{{ differences('instalments in euro', 'due', 'invoiced') }}
union all
{{ differences('lines in euro', 'placed_lines', 'placed_invoices') }}
