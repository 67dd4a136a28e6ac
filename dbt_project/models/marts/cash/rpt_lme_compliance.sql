with

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
    where doc_type <> 'credit_note' and issued_on <= {{ as_of() }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

balances as (
    select
        instalment_id,
        max(balance_to_on) as settled_on
    from {{ ref('fct_instalment_balances') }}
    where open_ttc_eur > 0 and balance_from_on <= {{ as_of() }}
    group by instalment_id
),

receipts as (
    select
        instalment_id,
        sum(cashed_ttc_eur * (effective_on - due_on)) / nullif(sum(cashed_ttc_eur), 0) as weighted_days
    from {{ ref('fct_cash_milestones') }}
    where effective_on <= {{ as_of() }}
    group by instalment_id
),

lateness as (
    select
        instalment_id,
        sum(late_euro_days) as late_euro_days
    from {{ ref('fct_late_periods') }}
    group by instalment_id
),

-- Without a single settlement loaded, every invoice would look late.
ended as (
    select
        instalments.*,
        greatest(instalments.due_on, instalments.issued_on) as late_from_on,
        clients.client_name,
        clients.client_type,
        coalesce(clients.insolvent_on <= {{ as_of() }}, false) as is_insolvent,
        invoices.is_disputed,
        invoices.disputed_from_on - 1 as undisputed_until_on,
        coalesce(invoices.disputed_to_on, {{ as_of() }}) as disputed_to_on,
        coalesce(balances.settled_on, instalments.issued_on) as settled_on,
        least(
            coalesce(balances.settled_on, instalments.issued_on),
            {{ last_payable_on('instalments.issued_on', 'clients.insolvent_on') }}
        ) as ended_on,
        instalments.due_on + cast(round(receipts.weighted_days) as integer) as weighted_paid_on,
        coalesce(lateness.late_euro_days, 0) as late_euro_days
    from instalments
    inner join invoices on instalments.invoice_id = invoices.invoice_id
    inner join clients on instalments.client_id = clients.client_id
    left join balances on instalments.instalment_id = balances.instalment_id
    left join receipts on instalments.instalment_id = receipts.instalment_id
    left join lateness on instalments.instalment_id = lateness.instalment_id
    where exists (select 1 from {{ ref('fct_payment_allocations') }})
),

counted as (
    select
        *,
        cast(greatest(ended_on - late_from_on, 0) as integer) as excess_contract_days,
        cast(case when legal_due_on is not null then greatest(ended_on - legal_due_on, 0) end as integer)
            as excess_legal_days,
        cast(greatest(least(ended_on, disputed_to_on) - greatest(late_from_on, undisputed_until_on), 0) as integer)
            as disputed_days
    from ended
),

final as (
    select
        instalment_id,
        invoice_id,
        client_id,
        client_name,
        client_type,
        instalment_kind,
        issued_on,
        due_on,
        due_date_origin,
        days_first_due_on,
        month_end_first_due_on,
        legal_due_on,
        days_first_legal_due_on,
        month_end_first_legal_due_on,
        due_ttc_eur,
        settled_on > {{ as_of() }} as is_open,
        case when settled_on <= {{ as_of() }} then settled_on end as settled_on,
        weighted_paid_on,
        excess_contract_days,
        excess_legal_days,
        case when undisputed_until_on is null then 0 else disputed_days end as disputed_late_days,
        cast(late_euro_days as decimal(18, 2)) as late_euro_days,
        is_contract_term_too_long,
        excess_contract_days > 0 as was_paid_after_contract,
        coalesce(excess_legal_days > 0, false) as was_paid_after_legal,
        case
            when excess_legal_days > 0 then 'paid_after_legal'
            when is_contract_term_too_long then 'contract_term_too_long'
            when excess_contract_days > 0 then 'paid_after_contract'
            else 'none'
        end as breach_type,
        is_disputed,
        is_insolvent
    from counted
)

select * from final
