with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

deliveries as (
    select * from {{ ref('fct_deliveries') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

allocations as (
    select
        allocations.*,
        {{ prorate('allocations.allocated_ttc_eur', 'invoices.invoiced_ht_eur', 'invoices.invoiced_ttc_eur') }}
            as allocated_ht_eur
    from {{ ref('fct_payment_allocations') }} as allocations
    inner join invoices on allocations.invoice_id = invoices.invoice_id
),

events as (
    select
        order_id,
        client_id,
        case change_kind when 'signature' then 'signed' when 'amendment' then 'amended' else 'cancelled' end
            as event_type,
        effective_on,
        effective_on as document_on,
        recorded_on as known_on,
        change_ht_eur as event_ht_eur,
        change_ttc_eur as event_ttc_eur,
        'fct_order_lines' as source_relation,
        order_line_change_id as source_key
    from order_lines

    union all

    select
        order_id,
        client_id,
        'delivered' as event_type,
        delivered_on as effective_on,
        delivered_on as document_on,
        recorded_on as known_on,
        delivered_ht_eur as event_ht_eur,
        delivered_ttc_eur as event_ttc_eur,
        'fct_deliveries' as source_relation,
        delivery_id as source_key
    from deliveries

    union all

    select
        order_id,
        client_id,
        case
            when doc_type <> 'credit_note' then 'invoiced'
            when credit_reason = 'rebill' then 'credited_rebill'
            else 'credited_final'
        end as event_type,
        issued_on as effective_on,
        issued_on as document_on,
        recorded_on as known_on,
        invoiced_ht_eur as event_ht_eur,
        invoiced_ttc_eur as event_ttc_eur,
        'fct_invoices' as source_relation,
        invoice_id as source_key
    from invoices

    union all

    select
        order_id,
        client_id,
        case allocation_kind
            when 'payment' then 'paid'
            when 'reversal' then 'reversed'
            when 'credit_note' then 'credit_allocated'
            else 'written_off'
        end as event_type,
        effective_on,
        coalesce(cash_on, effective_on) as document_on,
        recorded_on as known_on,
        allocated_ht_eur as event_ht_eur,
        allocated_ttc_eur as event_ttc_eur,
        'fct_payment_allocations' as source_relation,
        allocation_id as source_key
    from allocations
),

final as (
    select
        event_type || ':' || source_key as event_id,
        order_id,
        client_id,
        event_type,
        effective_on,
        document_on,
        known_on,
        event_ht_eur,
        event_ttc_eur,
        source_relation,
        source_key
    from events
    where event_ttc_eur is not null
)

select * from final
