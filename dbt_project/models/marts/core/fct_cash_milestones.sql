with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

bounced_payments as (
    select payment_id
    from allocations
    where allocation_kind = 'reversal'
    group by payment_id
),

instalments as (
    select
        instalment_id,
        due_on
    from {{ ref('fct_invoice_instalments') }}
),

milestones as (
    select * from {{ ref('fct_invoice_milestones') }}
),

final as (
    select
        allocations.allocation_id,
        allocations.instalment_id,
        milestones.invoice_id,
        milestones.order_id,
        milestones.client_id,
        milestones.client_type,
        milestones.entered_on,
        milestones.created_on,
        milestones.first_quoted_on,
        milestones.signed_on,
        milestones.delivered_on,
        milestones.issued_on,
        instalments.due_on,
        allocations.cash_on,
        allocations.effective_on,
        allocations.allocated_ttc_eur as cashed_ttc_eur
    from allocations
    inner join instalments on allocations.instalment_id = instalments.instalment_id
    inner join milestones on allocations.invoice_id = milestones.invoice_id
    left join bounced_payments on allocations.payment_id = bounced_payments.payment_id
    where
        allocations.allocation_kind = 'payment'
        and bounced_payments.payment_id is null
)

select * from final
