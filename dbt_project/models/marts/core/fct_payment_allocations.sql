with

matches as (
    select * from {{ ref('int_settlement_euros') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

matched as (
    select
        matches.match_id as allocation_id,
        matches.instalment_id,
        matches.invoice_id,
        invoices.order_id,
        invoices.client_id,
        matches.allocation_kind,
        matches.payment_id,
        matches.credit_note_id,
        matches.matched_ttc_eur as allocated_ttc_eur,
        matches.cash_on,
        matches.effective_on,
        greatest(matches.allocated_on, invoices.recorded_on, payments.recorded_on) as recorded_on,
        matches.bounced_on,
        matches.allocation_method
    from matches
    inner join invoices on matches.invoice_id = invoices.invoice_id
    left join payments on matches.payment_id = payments.payment_id
),

used as (
    select
        payment_id,
        sum(allocated_ttc_eur) as used_ttc_eur
    from matched
    where allocation_kind = 'payment'
    group by payment_id
),

-- What a payment did not settle is a credit of the client, in sight.
remainders as (
    select
        payments.payment_id || ':unallocated' as allocation_id,
        cast(null as varchar) as instalment_id,
        cast(null as varchar) as invoice_id,
        cast(null as varchar) as order_id,
        payments.client_id,
        'unallocated' as allocation_kind,
        payments.payment_id,
        cast(null as varchar) as credit_note_id,
        cast(payments.received_ttc_eur - coalesce(used.used_ttc_eur, 0) as decimal(18, 2)) as allocated_ttc_eur,
        payments.paid_on as cash_on,
        payments.paid_on as effective_on,
        payments.recorded_on,
        payments.bounced_on,
        cast(null as varchar) as allocation_method
    from payments
    left join used on payments.payment_id = used.payment_id
    where payments.received_ttc_eur <> coalesce(used.used_ttc_eur, 0)
),

received as (
    select * from matched
    union all
    select * from remainders
),

-- A bounce takes back, on its day, all that the payment had settled; the remainder stays under its own name.
taken_back as (
    select
        allocation_id || ':reversal' as allocation_id,
        instalment_id,
        invoice_id,
        order_id,
        client_id,
        case when allocation_kind = 'payment' then 'reversal' else allocation_kind end as allocation_kind,
        payment_id,
        credit_note_id,
        -allocated_ttc_eur as allocated_ttc_eur,
        bounced_on as cash_on,
        greatest(bounced_on, effective_on) as effective_on,
        bounced_on as recorded_on,
        bounced_on,
        allocation_method
    from received
    where bounced_on is not null
),

settled as (
    select * from received
    union all
    select * from taken_back
),

final as (
    select
        allocation_id,
        instalment_id,
        invoice_id,
        order_id,
        client_id,
        allocation_kind,
        payment_id,
        credit_note_id,
        allocated_ttc_eur,
        cash_on,
        effective_on,
        recorded_on,
        allocation_method
    from settled
)

select * from final
