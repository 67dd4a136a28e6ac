with

dues as (
    select * from {{ ref('int_instalment_dues') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

final as (
    select
        dues.instalment_id,
        dues.invoice_id,
        invoices.client_id,
        invoices.order_id,
        invoices.doc_type,
        cast(dues.instalment_number as integer) as instalment_number,
        dues.instalment_kind,
        dues.issued_on,
        dues.due_on,
        dues.due_date_origin,
        dues.due_ttc_eur
    from dues
    inner join invoices on dues.invoice_id = invoices.invoice_id
)

select * from final
