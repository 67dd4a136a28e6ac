{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where instalment_id is not null and allocated_ttc_eur > 0
),

payments as (
    select * from {{ ref('fct_payments') }}
),

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
    where instalment_kind <> 'retention'
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

-- A payment that bounced settled nothing; a credit note, a discount or a set-off says nothing of how a client pays.
parts as (
    select
        allocations.instalment_id,
        case allocations.allocation_kind when 'payment' then 'paid' when 'bad_debt' then 'lost' else 'settled' end
            as outcome,
        allocations.payment_id,
        payments.instrument,
        coalesce(allocations.cash_on, allocations.effective_on) as ended_on,
        allocations.effective_on as known_on,
        allocations.allocated_ttc_eur as lot_ttc_eur
    from allocations
    left join payments on allocations.payment_id = payments.payment_id
    where payments.bounced_on is null
    union all
    select
        instalment_id,
        'open' as outcome,
        null as payment_id,
        null as instrument,
        balance_to_on as ended_on,
        balance_to_on as known_on,
        open_ttc_eur as lot_ttc_eur
    from {{ ref('fct_instalment_balances') }}
    where
        balance_to_on = date '9999-12-31' and open_ttc_eur > 0
        -- Without a single settlement loaded, every invoice would look open.
        and exists (select 1 from allocations)
),

-- What a factor paid says nothing of its debtor.
factored_invoices as (
    select
        instalments.invoice_id,
        min(parts.known_on) as factored_on
    from parts
    inner join instalments on parts.instalment_id = instalments.instalment_id
    where parts.instrument = 'factor'
    group by instalments.invoice_id
),

-- A lot is a part of an instalment that was settled at once, or is open: each euro is in one lot all its life.
-- Guarantees are left out, they follow no terms.
final as (
    select
        instalments.client_id,
        instalments.invoice_id,
        instalments.issued_on,
        instalments.due_on,
        parts.outcome,
        parts.payment_id,
        parts.instrument,
        parts.ended_on,
        parts.known_on,
        parts.lot_ttc_eur,
        -- An instalment counts once, in parts where it was settled in parts.
        {{ divide('parts.lot_ttc_eur', 'instalments.due_ttc_eur', 'decimal(18, 6)') }} as lot_quantity,
        coalesce(factored_invoices.factored_on, date '9999-12-31') as factored_on,
        invoices.disputed_from_on,
        invoices.disputed_to_on,
        clients.insolvent_on
    from parts
    inner join instalments on parts.instalment_id = instalments.instalment_id
    inner join invoices on instalments.invoice_id = invoices.invoice_id
    inner join clients on instalments.client_id = clients.client_id
    left join factored_invoices on instalments.invoice_id = factored_invoices.invoice_id
)

select * from final
