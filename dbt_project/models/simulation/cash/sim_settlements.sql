with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where instalment_id is not null
),

payments as (
    select
        payment_id,
        bounced_on
    from {{ ref('fct_payments') }}
),

final as (
    select
        allocations.allocation_id,
        allocations.instalment_id,
        greatest(allocations.recorded_on, allocations.effective_on) as known_on,
        allocations.allocation_kind = 'payment' as is_payment,
        allocations.cash_on,
        allocations.effective_on,
        payments.bounced_on,
        cast(allocations.allocated_ttc_eur * 100 as bigint) as allocated_ttc_cents
    from allocations
    left join payments on allocations.payment_id = payments.payment_id
)

select * from final
