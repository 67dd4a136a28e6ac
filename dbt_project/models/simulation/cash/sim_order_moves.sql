with

invoices as (
    select * from {{ ref('fct_invoices') }}
    where order_id is not null and (doc_type <> 'credit_note' or credit_reason = 'rebill')
),

milestones as (
    select * from {{ ref('fct_invoice_milestones') }}
),

moves as (
    select
        order_id,
        'signed' as measure,
        effective_on,
        greatest(recorded_on, effective_on) as known_on,
        promised_delivery_on as promised_on,
        cast(null as date) as delivered_on,
        change_ttc_eur as moved_ttc_eur
    from {{ ref('fct_order_lines') }}

    union all

    select
        order_id,
        'delivered' as measure,
        delivered_on as effective_on,
        greatest(recorded_on, delivered_on) as known_on,
        null as promised_on,
        null as delivered_on,
        delivered_ttc_eur as moved_ttc_eur
    from {{ ref('fct_deliveries') }}

    union all

    select
        invoices.order_id,
        'invoiced' as measure,
        invoices.issued_on as effective_on,
        greatest(invoices.recorded_on, invoices.issued_on) as known_on,
        null as promised_on,
        milestones.delivered_on,
        invoices.invoiced_ttc_eur as moved_ttc_eur
    from invoices
    left join milestones on invoices.invoice_id = milestones.invoice_id
),

final as (
    select
        order_id,
        known_on,
        measure,
        effective_on,
        promised_on,
        delivered_on,
        cast(sum(cast(moved_ttc_eur * 100 as bigint)) as bigint) as moved_ttc_cents
    from moves
    where moved_ttc_eur is not null
    group by order_id, known_on, measure, effective_on, promised_on, delivered_on
)

select * from final
