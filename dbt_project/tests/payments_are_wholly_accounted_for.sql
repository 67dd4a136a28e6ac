{{ config(
    description='I5: what a payment settled, left and took back sums to what was received; none overfills an instalment.',
    meta={'dagster': {'ref': {'name': 'fct_payment_allocations'}}},
) }}

with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

used as (
    select
        payment_id as compared_key,
        sum(allocated_ttc_eur) as amount
    from allocations
    where allocation_kind in ('payment', 'reversal', 'unallocated')
    group by payment_id
    having sum(allocated_ttc_eur) <> 0
),

received as (
    select
        payment_id as compared_key,
        received_ttc_eur as amount
    from {{ ref('fct_payments') }}
    where received_ttc_eur <> 0 and bounced_on is null
),

paid as (
    select
        instalment_id,
        sum(allocated_ttc_eur) as paid_ttc_eur
    from allocations
    where allocation_kind in ('payment', 'reversal', 'exchange_difference')
    group by instalment_id
)

{{ differences('payment', 'used', 'received') }}
union all
select
    'overfilled instalment' as reason,
    instalments.instalment_id as compared_key,
    paid.paid_ttc_eur as found_amount,
    instalments.due_ttc_eur as expected_amount
from {{ ref('fct_invoice_instalments') }} as instalments
inner join paid on instalments.instalment_id = paid.instalment_id
where
    abs(paid.paid_ttc_eur) > abs(instalments.due_ttc_eur)
    and sign(paid.paid_ttc_eur) = sign(instalments.due_ttc_eur)
