{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What happens to each signed order and to each invoice, dated since its signature or its issue. A credit note is taken
-- off the invoices that it is used on; what is left of it, off the invoice that it corrects, else off its own document.
with

events as (
    select * from {{ ref('fct_revenue_chain_events') }}
    where effective_on <= {{ as_of() }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where signed_on <= {{ as_of() }}
),

invoices as (
    select
        invoices.*,
        coalesce(corrected.invoice_id, invoices.invoice_id) as document_id
    from {{ ref('fct_invoices') }} as invoices
    left join {{ ref('fct_invoices') }} as corrected on invoices.credited_invoice_id = corrected.invoice_id
    where invoices.issued_on <= {{ as_of() }} and invoices.invoiced_ttc_eur is not null
),

documents as (
    select
        'signed' as cohort_kind,
        order_id as document_id,
        client_type,
        signed_on as started_on,
        1 as document_count
    from orders
    union all
    select
        'invoiced' as cohort_kind,
        invoices.document_id,
        clients.client_type,
        invoices.issued_on as started_on,
        case when invoices.doc_type = 'credit_note' then 0 else 1 end as document_count
    from invoices
    inner join {{ ref('dim_clients') }} as clients on invoices.client_id = clients.client_id
    where invoices.invoice_id = invoices.document_id
),

moves as (
    select
        cohort_kind,
        document_id,
        started_on as moved_on,
        'gross' as measure,
        0 as moved_ttc
    from documents
    union all
    select
        'signed' as cohort_kind,
        order_id as document_id,
        effective_on as moved_on,
        case
            when event_type in ('signed', 'amended') then 'gross'
            when event_type in ('cancelled', 'credited_final') then 'taken_off'
            else 'cashed'
        end as measure,
        event_ttc_eur as moved_ttc
    from events
    where event_type not in ('delivered', 'invoiced', 'credited_rebill', 'written_off')
    union all
    select
        'invoiced' as cohort_kind,
        document_id,
        issued_on as moved_on,
        case when doc_type = 'credit_note' then 'taken_off' else 'gross' end as measure,
        invoiced_ttc_eur as moved_ttc
    from invoices
    union all
    select
        'invoiced' as cohort_kind,
        invoices.document_id,
        allocations.effective_on as moved_on,
        case when allocations.allocation_kind = 'credit_note' then 'taken_off' else 'cashed' end as measure,
        case when allocations.allocation_kind = 'credit_note' then -1 else 1 end * allocations.allocated_ttc_eur
            as moved_ttc
    from {{ ref('fct_payment_allocations') }} as allocations
    inner join invoices on allocations.invoice_id = invoices.invoice_id
    where
        allocations.allocation_kind in ('payment', 'reversal', 'credit_note')
        and allocations.effective_on <= {{ as_of() }}
),

daily as (
    select
        {%- for measure in ['gross', 'taken_off', 'cashed'] %}
            cast(sum(case when measure = '{{ measure }}' then moved_ttc else 0 end) as decimal(18, 2))
                as {{ measure }}_ttc,
        {%- endfor %}
        cohort_kind,
        document_id,
        moved_on
    from moves
    group by cohort_kind, document_id, moved_on
),

final as (
    select
        documents.cohort_kind,
        documents.document_id,
        documents.client_type,
        documents.started_on,
        daily.moved_on - documents.started_on as age_days,
        case when daily.moved_on = documents.started_on then documents.document_count else 0 end as document_count,
        daily.gross_ttc,
        daily.taken_off_ttc,
        daily.cashed_ttc
    from documents
    inner join daily on documents.cohort_kind = daily.cohort_kind and documents.document_id = daily.document_id
)

select * from final
