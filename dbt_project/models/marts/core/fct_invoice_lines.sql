with

invoice_lines as (
    select * from {{ ref('int_invoice_lines') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

documented as (
    select
        invoice_lines.*,
        invoices.order_id,
        invoices.client_id,
        invoices.doc_type,
        invoices.issued_on,
        invoices.currency_code,
        invoices.exchange_rate,
        invoices.invoiced_ht_eur,
        invoices.invoiced_ttc_eur,
        invoices.currency_code = 'EUR' and coalesce(invoices.exchange_rate, 1) = 1 as is_in_euro,
        cast(round(invoice_lines.quantity * invoice_lines.list_unit_price, 2) as decimal(18, 2)) as list_ht_doc_amount
    from invoice_lines
    inner join invoices on invoice_lines.invoice_id = invoices.invoice_id
),

-- In a foreign currency the lines share the euros of their document, and sum to them.
foreign_lines as (
    select * from documented
    where not is_in_euro
),

shared_ht as (
    select
        invoice_line_id,
        line_ht_eur
    from {{ largest_remainder(
        'foreign_lines', 'invoiced_ht_eur', 'ht_doc_amount', 'invoice_id', 'invoice_line_id', 'line_ht_eur'
    ) }}
),

shared_ttc as (
    select
        invoice_line_id,
        line_ttc_eur
    from {{ largest_remainder(
        'foreign_lines', 'invoiced_ttc_eur', 'ttc_doc_amount', 'invoice_id', 'invoice_line_id', 'line_ttc_eur'
    ) }}
),

valued as (
    select
        documented.*,
        case when documented.is_in_euro then documented.ht_doc_amount else shared_ht.line_ht_eur end as line_ht_eur,
        case when documented.is_in_euro then documented.ttc_doc_amount else shared_ttc.line_ttc_eur end as line_ttc_eur
    from documented
    left join shared_ht on documented.invoice_line_id = shared_ht.invoice_line_id
    left join shared_ttc on documented.invoice_line_id = shared_ttc.invoice_line_id
),

final as (
    select
        invoice_line_id,
        invoice_id,
        order_id,
        client_id,
        doc_type,
        issued_on,
        cast(line_number as integer) as line_number,
        order_line_id,
        offer_id,
        line_role,
        quantity,
        {{ to_eur('list_ht_doc_amount') }} as list_ht_eur,
        line_ht_eur,
        cast(line_ttc_eur - line_ht_eur as decimal(18, 2)) as line_vat_eur,
        line_ttc_eur,
        tax_rate_ratio,
        ledger_account
    from valued
)

select * from final
