with

-- A cancelled payment never was; a bounced one was, until it was taken back.
payments as (
    select
        *,
        {{ to_eur('paid_doc_amount') }} as paid_eur,
        state = 'bounced' and {{ is_known('coalesce(bounced_on, paid_on)') }} as was_bounced
    from {{ ref('int_payments') }}
    where state <> 'cancelled'
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

final as (
    select
        payments.payment_id,
        coalesce(identities.client_id, 'unknown') as client_id,
        payments.paid_on,
        coalesce(payments.recorded_on, payments.paid_on) as recorded_on,
        payments.direction,
        coalesce(payments.instrument, 'unknown') as instrument,
        payments.payment_reference,
        case when payments.was_bounced then 'bounced' else 'settled' end as state,
        case when payments.was_bounced then coalesce(payments.bounced_on, payments.paid_on) end as bounced_on,
        case when payments.direction = 'out' then -payments.paid_eur else payments.paid_eur end as received_ttc_eur
    from payments
    left join identities on payments.client_id = identities.source_client_id
)

select * from final
