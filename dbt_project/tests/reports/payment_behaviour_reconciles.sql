{{ config(
    description='How clients pay is what the cash and the overdue debts say, to the cent; a median is read on its curve.',
    meta={'dagster': {'ref': {'name': 'rpt_client_payment_behaviour'}}},
) }}

with

behaviours as (
    select * from {{ ref('rpt_client_payment_behaviour') }}
),

curves as (
    select
        *,
        curve_kind || ' / ' || curve_label || ' / ' || late_days as row_label,
        lead(at_risk_quantity, 1, 0) over ages as next_at_risk_quantity,
        lead(survival_ratio, 1, 0) over ages as next_survival_ratio
    from {{ ref('fct_payment_curves') }}
    window ages as (partition by curve_kind, curve_label order by late_days)
),

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
    where instalment_kind <> 'retention'
),

open_instalments as (
    select * from {{ ref('fct_ar_instalment_monthly') }}
    where as_of_on = {{ as_of() }} and receivable_state <> 'credit_note'
),

behaviour_days as (
    select * from {{ ref('prep_behaviour_days') }}
    where is_latest
),

factored_invoices as (
    select cash.invoice_id
    from {{ ref('fct_payment_allocations') }} as cash
    inner join {{ ref('fct_payments') }} as payments on cash.payment_id = payments.payment_id
    where payments.instrument = 'factor' and cash.effective_on <= {{ as_of() }}
    group by cash.invoice_id
),

-- The cash of the history that says how a debtor pays.
cash_paid as (
    select
        cash.client_id as compared_key,
        sum(cash.cashed_ttc_eur) as amount
    from {{ ref('fct_cash_milestones') }} as cash
    inner join instalments on cash.instalment_id = instalments.instalment_id
    inner join behaviour_days
        on cash.effective_on > behaviour_days.history_after_on and cash.effective_on <= behaviour_days.as_of_on
    left join factored_invoices on cash.invoice_id = factored_invoices.invoice_id
    where cash.cashed_ttc_eur > 0 and factored_invoices.invoice_id is null
    group by cash.client_id
),

reported_paid as (
    select
        client_id as compared_key,
        paid_ttc_eur as amount
    from behaviours
    where is_latest and paid_ttc_eur <> 0
),

-- The days of a client in proceedings stop, and a loss is not overdue any more: both are in the unit tests.
comparable_clients as (
    select clients.client_id
    from {{ ref('dim_clients') }} as clients
    left join {{ ref('fct_payment_allocations') }} as losses
        on clients.client_id = losses.client_id and losses.allocation_kind = 'bad_debt'
    where coalesce(clients.insolvent_on > {{ as_of() }}, true) and losses.client_id is null
    group by clients.client_id
),

overdue as (
    select
        open_instalments.client_id as compared_key,
        sum(open_instalments.open_ttc_eur) as amount
    from open_instalments
    inner join instalments on open_instalments.instalment_id = instalments.instalment_id
    inner join comparable_clients on open_instalments.client_id = comparable_clients.client_id
    left join factored_invoices on open_instalments.invoice_id = factored_invoices.invoice_id
    where open_instalments.receivable_state = 'overdue' and factored_invoices.invoice_id is null
    group by open_instalments.client_id
),

reported_unpaid as (
    select
        behaviours.client_id as compared_key,
        behaviours.unpaid_ttc_eur as amount
    from behaviours
    inner join comparable_clients on behaviours.client_id = comparable_clients.client_id
    where behaviours.is_latest and behaviours.unpaid_ttc_eur <> 0
),

failures as (
    select
        client_id || ' / ' || as_of_on as row_label,
        'the grain of payment behaviour is client and date' as reason
    from behaviours
    group by client_id, as_of_on
    having count(*) > 1
    union all
    select
        client_id || ' / ' || as_of_on as row_label,
        'quantiles of lateness are in order' as reason
    from behaviours
    where late_p10_days > late_p50_days or late_p50_days > late_p90_days
    union all
    select
        compared_key as row_label,
        reason
    from (
        {{ differences('what a client paid is the cash of its debts', 'reported_paid', 'cash_paid') }}
    ) as paid_gaps
    union all
    select
        compared_key as row_label,
        reason
    from (
        {{ differences('what a client has not paid is its overdue debts', 'reported_unpaid', 'overdue') }}
    ) as unpaid_gaps
    where (select count(*) from behaviours) > 0
    union all
    select
        row_label,
        'what a curve follows is followed further, paid or seen no more' as reason
    from curves
    where
        at_risk_quantity - paid_quantity - censored_quantity <> next_at_risk_quantity
        or next_survival_ratio > survival_ratio
        or survival_ratio not between 0 and 1
    union all
    select
        'all' as row_label,
        'the classes follow what all clients do' as reason
    from curves
    having
        sum(paid_quantity + censored_quantity) filter (where curve_kind = 'all')
        <> sum(paid_quantity + censored_quantity) filter (where curve_kind = 'class')
    union all
    select
        behaviours.client_id as row_label,
        'the median of a client is read on its curve' as reason
    from behaviours
    left join (
        select
            curve_label,
            min(late_days) as late_days
        from curves
        where curve_kind = 'client' and survival_ratio <= 0.5
        group by curve_label
    ) as medians on behaviours.client_id = medians.curve_label
    where behaviours.is_latest and behaviours.censored_median_late_days is distinct from medians.late_days
)

select * from failures
