{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
    where order_id is not null
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

version_days as (
    select * from {{ ref('prep_version_days') }}
),

first_version as (
    select min(as_of_on) as first_on from version_days
),

-- What an invoice carries is linear in its dues and their settlements: each euro, times the days since it took effect.
dues as (
    select
        instalments.invoice_id,
        instalments.issued_on as effective_on,
        invoices.recorded_on as known_on,
        instalments.due_ttc_eur as open_ttc_eur
    from instalments
    inner join invoices on instalments.invoice_id = invoices.invoice_id
    union all
    select
        instalments.invoice_id,
        allocations.effective_on,
        allocations.recorded_on as known_on,
        -allocations.allocated_ttc_eur as open_ttc_eur
    from {{ ref('fct_payment_allocations') }} as allocations
    inner join instalments on allocations.instalment_id = instalments.instalment_id
),

seen as (
    select
        dues.invoice_id,
        greatest({{ first_as_of('greatest(dues.effective_on, dues.known_on)') }}, first_version.first_on) as seen_on,
        sum(dues.open_ttc_eur) as open_ttc_eur,
        sum(dues.open_ttc_eur * {{ days_between("date '2000-01-01'", 'dues.effective_on') }}) as effective_euro_days
    from dues
    cross join first_version
    where greatest(dues.effective_on, dues.known_on) <= {{ as_of() }}
    group by dues.invoice_id, seen_on
),

running as (
    select
        invoice_id,
        seen_on as from_on,
        lead(seen_on, 1, date '9999-12-31') over in_time as to_on,
        sum(open_ttc_eur) over in_time as open_ttc_eur,
        sum(effective_euro_days) over in_time as effective_euro_days
    from seen
    window in_time as (partition by invoice_id order by seen_on)
),

-- Once settled, an invoice costs no more: one row is enough.
carried as (
    select
        running.invoice_id,
        version_days.as_of_on,
        cast(
            running.open_ttc_eur * {{ days_between("date '2000-01-01'", 'version_days.as_of_on') }}
            - running.effective_euro_days as decimal(18, 2)
        ) as euro_days
    from running
    inner join version_days
        on
            running.from_on <= version_days.as_of_on and running.to_on > version_days.as_of_on
            and (running.open_ttc_eur <> 0 or running.from_on = version_days.as_of_on)
),

costs as (
    select
        carried.invoice_id,
        carried.as_of_on,
        invoices.order_id,
        {{ prorate('carried.euro_days', 'rates.yearly_rate_ratio', '365') }} as credit_cost_eur
    from carried
    inner join invoices on carried.invoice_id = invoices.invoice_id
    inner join {{ ref('legal_credit_cost_rates') }} as rates
        on invoices.issued_on between rates.valid_from_on and rates.valid_to_on
),

final as (
    select
        order_id,
        as_of_on,
        lag(credit_cost_eur, 1, 0) over (partition by invoice_id order by as_of_on) - credit_cost_eur as change_eur
    from costs
)

select * from final
