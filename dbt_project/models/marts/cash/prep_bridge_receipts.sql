{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

payments as (
    select * from {{ ref('fct_payments') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

debtor_shares as (
    select
        payment_id,
        client_id,
        cast(sum(allocated_ttc_eur) as decimal(18, 2)) as share_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where allocation_kind = 'payment'
    group by payment_id, client_id
),

debtor_totals as (
    select
        payment_id,
        cast(sum(share_ttc_eur) as decimal(18, 2)) as shared_ttc_eur
    from debtor_shares
    group by payment_id
),

-- The debtors have what was allocated to their documents, the payer has the rest.
shares as (
    select
        payment_id,
        client_id,
        share_ttc_eur
    from debtor_shares
    union all
    select
        payments.payment_id,
        payments.client_id,
        payments.received_ttc_eur - coalesce(debtor_totals.shared_ttc_eur, 0) as share_ttc_eur
    from payments
    left join debtor_totals on payments.payment_id = debtor_totals.payment_id
    where payments.received_ttc_eur <> coalesce(debtor_totals.shared_ttc_eur, 0)
),

-- On its value date; a bounce takes everything back on its own day.
dated as (
    select
        shares.client_id,
        {{ first_as_of('payments.paid_on') }} as seen_on,
        shares.share_ttc_eur
    from shares
    inner join payments on shares.payment_id = payments.payment_id
    union all
    select
        shares.client_id,
        {{ first_as_of('payments.bounced_on') }} as seen_on,
        -shares.share_ttc_eur as share_ttc_eur
    from shares
    inner join payments on shares.payment_id = payments.payment_id
    where payments.bounced_on is not null
),

final as (
    select
        cast(date_trunc('month', dated.seen_on) as date) as bridge_month,
        clients.segment,
        'cash' as step,
        'client' as subject_kind,
        dated.client_id as subject_id,
        dated.share_ttc_eur as step_eur
    from dated
    inner join clients on dated.client_id = clients.client_id
    where dated.seen_on is not null
)

select * from final
