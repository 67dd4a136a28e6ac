-- What the sender splits stays as it is; what it does not split follows its payment terms.
with

documents as (
    select * from {{ ref('int_invoice_terms') }}
),

instalments as (
    select * from {{ ref('int_instalments') }}
),

terms as (
    select * from {{ ref('int_payment_terms') }}
),

delivered as (
    select
        documents.*,
        instalments.instalment_id,
        instalments.instalment_number,
        instalments.instalment_kind,
        instalments.due_on as native_due_on,
        instalments.ttc_doc_amount as due_doc_amount,
        sum(case when instalments.instalment_kind = 'standard' then 1 else 0 end) over (
            partition by documents.invoice_id order by instalments.instalment_number rows unbounded preceding
        ) as standard_number,
        sum(case when instalments.instalment_kind = 'standard' then 1 else 0 end) over (
            partition by documents.invoice_id
        ) as standard_count
    from documents
    inner join instalments on documents.invoice_id = instalments.invoice_id
),

undelivered as (
    select
        documents.*,
        coalesce(terms.split_number, 1) as split_number,
        coalesce(terms.split_weight, 1) as split_weight
    from documents
    left join instalments on documents.invoice_id = instalments.invoice_id
    left join terms
        on
            documents.payment_term_label = terms.payment_term_label
            and terms.split_number between documents.first_split_number and documents.last_split_number
    where instalments.invoice_id is null
),

-- Terms of one date say nothing of a plan of three, of a retention, nor of a deposit or credit note with its own date.
planned as (
    select
        instalment_id,
        invoice_id,
        doc_type,
        order_id,
        client_id,
        instalment_number,
        instalment_kind,
        issued_on,
        native_due_on,
        payment_term_label,
        least(greatest(standard_number, 1) + first_split_number - 1, last_split_number) as split_number,
        case
            when instalment_kind = 'retention' then false
            when native_due_on is null then true
            else
                instalment_kind = 'standard'
                and doc_type <> 'credit_note'
                and standard_count = last_split_number - first_split_number + 1
        end as is_under_terms,
        due_doc_amount,
        document_ttc_eur,
        is_in_euro
    from delivered
    union all
    select
        invoice_id || '/' || (split_number - first_split_number + 1) as instalment_id,
        invoice_id,
        doc_type,
        order_id,
        client_id,
        split_number - first_split_number + 1 as instalment_number,
        case when doc_type = 'deposit' then 'deposit' else 'standard' end as instalment_kind,
        issued_on,
        null as native_due_on,
        payment_term_label,
        split_number,
        true as is_under_terms,
        split_doc_amount as due_doc_amount,
        document_ttc_eur,
        is_in_euro
    from {{ largest_remainder(
        'undelivered', 'document_doc_amount', 'split_weight', 'invoice_id', 'split_number', 'split_doc_amount'
    ) }}
),

final as (
    select
        * exclude (split_number),
        cast(split_number as integer) as split_number
    from planned
)

select * from final
