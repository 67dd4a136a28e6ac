-- Terms in several parts: a deposit is their first part; a final invoice, which deducts it, is the others.
with

invoices as (
    select * from {{ ref('int_invoices') }}
    where state = 'posted'
),

clients as (
    select * from {{ ref('int_clients') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

terms as (
    select
        payment_term_label,
        split_count
    from {{ ref('int_payment_terms') }}
    where split_number = 1
),

labelled as (
    select
        invoices.*,
        coalesce(identities.client_id, invoices.client_id) as golden_client_id,
        coalesce(invoices.payment_term_label, clients.payment_term_label) as agreed_term_label
    from invoices
    left join clients on invoices.client_id = clients.client_id
    left join identities on invoices.client_id = identities.source_client_id
),

final as (
    select
        labelled.invoice_id,
        labelled.doc_type,
        labelled.order_id,
        labelled.golden_client_id as client_id,
        labelled.issued_on,
        labelled.agreed_term_label as payment_term_label,
        cast(case when labelled.doc_type = 'final' and terms.split_count > 1 then 2 else 1 end as integer)
            as first_split_number,
        cast(case when labelled.doc_type = 'deposit' then 1 else coalesce(terms.split_count, 1) end as integer)
            as last_split_number,
        labelled.ttc_doc_amount as document_doc_amount,
        {{ to_eur('labelled.ttc_doc_amount', 'labelled.currency_code', 'labelled.exchange_rate') }}
            as document_ttc_eur,
        labelled.currency_code = 'EUR' and coalesce(labelled.exchange_rate, 1) = 1 as is_in_euro
    from labelled
    left join terms on labelled.agreed_term_label = terms.payment_term_label
)

select * from final
