with

balances as (
    select * from {{ ref('fct_instalment_balances') }}
    where open_ttc_eur > 0 and doc_type <> 'credit_note' and balance_from_on <= {{ as_of() }}
),

clients as (
    select
        client_id,
        insolvent_on
    from {{ ref('dim_clients') }}
),

half_years as (
    select
        day_on as half_year_from_on,
        {{ add_months('day_on', 6) }} - 1 as half_year_to_on
    from {{ date_spine("date '2000-01-01'", as_of(), 'month') }} as months
    where extract(month from day_on) in (1, 7)
),

late as (
    select
        balances.*,
        greatest(balances.balance_from_on, balances.due_on) as late_from_on,
        least(balances.balance_to_on, {{ last_payable_on('balances.issued_on', 'clients.insolvent_on') }}) as late_to_on
    from balances
    left join clients on balances.client_id = clients.client_id
),

cut as (
    select
        late.instalment_id,
        late.invoice_id,
        late.client_id,
        half_years.half_year_from_on,
        late.open_ttc_eur as late_ttc_eur,
        greatest(late.late_from_on, half_years.half_year_from_on - 1) as late_from_on,
        least(late.late_to_on, half_years.half_year_to_on) as late_to_on
    from late
    inner join half_years
        on
            late.late_from_on < half_years.half_year_to_on
            and late.late_to_on >= half_years.half_year_from_on
    where late.late_to_on > late.late_from_on
),

-- Late are the days after the first, up to the last included: from 31 May to 15 September, 107 days.
final as (
    select
        instalment_id,
        invoice_id,
        client_id,
        half_year_from_on,
        late_from_on,
        late_to_on,
        late_ttc_eur,
        cast(late_to_on - late_from_on as integer) as late_days,
        cast(late_ttc_eur * (late_to_on - late_from_on) as decimal(18, 2)) as late_euro_days
    from cut
)

select * from final
