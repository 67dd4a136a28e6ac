with

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where instalment_id is not null
),

-- The day after the due date changes no amount, but turns what is open into overdue.
changes as (
    select
        instalment_id,
        issued_on as changed_on,
        due_ttc_eur as change_ttc_eur
    from instalments
    union all
    select
        instalment_id,
        effective_on as changed_on,
        -allocated_ttc_eur as change_ttc_eur
    from allocations
    union all
    select
        instalment_id,
        due_on + 1 as changed_on,
        0 as change_ttc_eur
    from instalments
    where due_on >= issued_on
),

daily as (
    select
        instalment_id,
        changed_on,
        sum(change_ttc_eur) as change_ttc_eur
    from changes
    group by instalment_id, changed_on
),

balances as (
    select
        instalment_id,
        changed_on as balance_from_on,
        lead(changed_on, 1, date '9999-12-31') over in_time as balance_to_on,
        cast(sum(change_ttc_eur) over in_time as decimal(18, 2)) as open_ttc_eur
    from daily
    window in_time as (partition by instalment_id order by changed_on)
),

final as (
    select
        instalments.instalment_id,
        instalments.invoice_id,
        instalments.order_id,
        instalments.client_id,
        instalments.doc_type,
        instalments.instalment_kind,
        instalments.issued_on,
        instalments.due_on,
        balances.balance_from_on,
        balances.balance_to_on,
        case
            when balances.open_ttc_eur < 0 then 'credit_note'
            when balances.balance_from_on > instalments.due_on then 'overdue'
            when instalments.instalment_kind = 'retention' then 'retained'
            else 'not_due'
        end as receivable_state,
        balances.open_ttc_eur
    from balances
    inner join instalments on balances.instalment_id = instalments.instalment_id
    where balances.open_ttc_eur <> 0
)

select * from final
