with

balances as (
    select * from {{ ref('fct_instalment_balances') }}
),

invoices as (
    select
        invoice_id,
        disputed_from_on,
        disputed_to_on
    from {{ ref('fct_invoices') }}
),

as_of_dates as (
    select as_of_on from {{ ref('dim_as_of') }}
),

-- A balance lasts from one movement to the next, so an instalment meets only the as-of dates at which it is open.
final as (
    select
        balances.instalment_id,
        as_of_dates.as_of_on,
        balances.invoice_id,
        balances.order_id,
        balances.client_id,
        balances.doc_type,
        balances.instalment_kind,
        balances.issued_on,
        balances.due_on,
        balances.open_ttc_eur,
        cast(as_of_dates.as_of_on - balances.due_on as integer) as days_past_due,
        balances.receivable_state,
        case
            when balances.receivable_state <> 'overdue' then balances.receivable_state
            when as_of_dates.as_of_on - balances.due_on <= 30 then '1-30'
            when as_of_dates.as_of_on - balances.due_on <= 60 then '31-60'
            when as_of_dates.as_of_on - balances.due_on <= 90 then '61-90'
            else '91+'
        end as aging_bucket,
        coalesce(
            invoices.disputed_from_on <= as_of_dates.as_of_on
            and coalesce(invoices.disputed_to_on >= as_of_dates.as_of_on, true),
            false
        ) as is_disputed
    from balances
    inner join as_of_dates
        on
            balances.balance_from_on <= as_of_dates.as_of_on
            and balances.balance_to_on > as_of_dates.as_of_on
    left join invoices on balances.invoice_id = invoices.invoice_id
)

select * from final
