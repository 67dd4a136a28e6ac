with

documents as (
    select
        *,
        {{ to_eur('ttc_doc_amount') }} as document_ttc_eur
    from {{ ref('int_invoices') }}
    where state = 'posted'
),

instalments as (
    select * from {{ ref('int_instalments') }}
),

clients as (
    select * from {{ ref('int_clients') }}
),

terms as (
    select * from {{ ref('int_payment_terms') }}
),

-- A document without instalments is one instalment.
dues as (
    select
        coalesce(instalments.instalment_id, documents.invoice_id || '/1') as instalment_id,
        documents.invoice_id,
        coalesce(instalments.instalment_number, 1) as instalment_number,
        coalesce(
            instalments.instalment_kind, case when documents.doc_type = 'deposit' then 'deposit' else 'standard' end
        ) as instalment_kind,
        documents.issued_on,
        instalments.due_on as native_due_on,
        coalesce(documents.payment_term_label, clients.payment_term_label) as payment_term_label,
        coalesce(instalments.ttc_doc_amount, documents.ttc_doc_amount) as due_doc_amount,
        documents.document_ttc_eur,
        documents.currency_code = 'EUR' and coalesce(documents.exchange_rate, 1) = 1 as is_in_euro
    from documents
    left join instalments on documents.invoice_id = instalments.invoice_id
    left join clients on documents.client_id = clients.client_id
),

foreign_dues as (
    select * from dues
    where not is_in_euro
),

-- In a foreign currency the instalments share the euros of their document, and sum to them.
foreign_shares as (
    select
        instalment_id,
        due_ttc_eur
    from {{ largest_remainder(
        'foreign_dues', 'document_ttc_eur', 'due_doc_amount', 'invoice_id', 'instalment_id', 'due_ttc_eur'
    ) }}
),

dated as (
    select
        dues.*,
        case when dues.is_in_euro then dues.due_doc_amount else foreign_shares.due_ttc_eur end as due_ttc_eur,
        terms.payment_day_number,
        case
            when terms.is_end_of_month
                then {{ month_end('dues.issued_on + terms.days_before_month_end') }} + terms.days_after_month_end
            else dues.issued_on + coalesce(terms.days_before_month_end, 30)
        end as term_due_on,
        case
            when dues.native_due_on is not null then 'native'
            when terms.payment_term_label is not null then 'terms'
            else 'default'
        end as due_date_origin
    from dues
    left join foreign_shares on dues.instalment_id = foreign_shares.instalment_id
    left join terms on dues.payment_term_label = terms.payment_term_label
),

final as (
    select
        instalment_id,
        invoice_id,
        instalment_number,
        instalment_kind,
        issued_on,
        coalesce(native_due_on, {{ next_payment_day('term_due_on', 'payment_day_number') }}) as due_on,
        due_date_origin,
        due_doc_amount,
        due_ttc_eur
    from dated
)

select * from final
