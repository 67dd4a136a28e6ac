{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

identities as (
    select
        client_id,
        bool_and(match_method in ('manual', 'siren', 'vat')) as is_sure
    from {{ ref('dim_client_identities') }}
    group by client_id
),

invoices as (
    select * from {{ ref('fct_invoices') }}
    where doc_type <> 'credit_note'
),

quotes as (
    select
        *,
        row_number() over (partition by root_quote_id order by version_number desc, quote_id desc) as version_rank
    from {{ ref('fct_quote_versions') }}
),

allocated as (
    select
        payment_id,
        sum(allocated_ttc_eur) as allocated_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where allocation_kind = 'payment'
    group by payment_id
),

final as (
    select
        'deal_quote' as link_type,
        issued_on as document_on,
        proposed_ht_eur as document_eur,
        case when deal_id is not null then proposed_ht_eur else 0 end as linked_eur
    from quotes
    where version_rank = 1
    union all
    select
        'quote_order' as link_type,
        signed_on as document_on,
        signature_ht_eur as document_eur,
        case when quote_id is not null then signature_ht_eur else 0 end as linked_eur
    from {{ ref('fct_orders') }}
    union all
    select
        'order_delivery' as link_type,
        deliveries.delivered_on as document_on,
        coalesce(fct_deliveries.delivered_ht_eur, deliveries.ht_doc_amount) as document_eur,
        coalesce(fct_deliveries.delivered_ht_eur, 0) as linked_eur
    from {{ ref('int_deliveries') }} as deliveries
    left join {{ ref('fct_deliveries') }} as fct_deliveries on deliveries.delivery_id = fct_deliveries.delivery_id
    union all
    select
        'order_invoice' as link_type,
        issued_on as document_on,
        invoiced_ttc_eur as document_eur,
        case when order_id is not null then invoiced_ttc_eur else 0 end as linked_eur
    from invoices
    union all
    select
        'invoice_payment' as link_type,
        payments.paid_on as document_on,
        payments.received_ttc_eur as document_eur,
        coalesce(allocated.allocated_ttc_eur, 0) as linked_eur
    from {{ ref('fct_payments') }} as payments
    left join allocated on payments.payment_id = allocated.payment_id
    where payments.direction = 'in' and payments.bounced_on is null
    union all
    select
        'client_identity' as link_type,
        invoices.issued_on as document_on,
        invoices.invoiced_ttc_eur as document_eur,
        case when identities.is_sure then invoices.invoiced_ttc_eur else 0 end as linked_eur
    from invoices
    left join identities on invoices.client_id = identities.client_id
)

select * from final
