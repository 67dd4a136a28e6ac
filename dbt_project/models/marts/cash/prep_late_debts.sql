{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set months_before = 'case when extract(month from issued_on) > 6 then 6 else 0 end' %}

with

late_periods as (
    select
        *,
        coalesce(
            max(late_to_on) over (
                partition by invoice_id, half_year_from_on
                order by late_from_on, late_to_on rows between unbounded preceding and 1 preceding
            ),
            late_from_on
        ) as reached_on
    from {{ ref('fct_late_periods') }}
),

-- A day on which two instalments are late is one day of lateness of their invoice.
lateness as (
    select
        invoice_id,
        half_year_from_on,
        cast(sum(greatest(late_to_on - greatest(late_from_on, reached_on), 0)) as integer) as late_days,
        cast(sum(late_euro_days) as decimal(18, 2)) as late_euro_days
    from late_periods
    group by invoice_id, half_year_from_on
),

-- What a document claims stands in a row of its own: no sender says which late invoice a penalty answers.
claims as (
    select
        invoice_id,
        {{ add_months("cast(date_trunc('year', issued_on) as date)", months_before) }} as half_year_from_on,
        sum(line_ttc_eur) as claimed_eur
    from {{ ref('fct_invoice_lines') }}
    where line_role = 'penalty' and issued_on <= {{ as_of() }}
    group by invoice_id, issued_on
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

rules as (
    select * from {{ ref('legal_late_payment_rules') }}
),

rates as (
    select * from {{ ref('legal_late_payment_rates') }}
),

half_years as (
    select
        coalesce(lateness.invoice_id, claims.invoice_id) as invoice_id,
        coalesce(lateness.half_year_from_on, claims.half_year_from_on) as half_year_from_on,
        coalesce(lateness.late_days, 0) as late_days,
        coalesce(lateness.late_euro_days, 0) as late_euro_days,
        min(lateness.half_year_from_on) over (
            partition by coalesce(lateness.invoice_id, claims.invoice_id)
        ) as first_half_year_on,
        coalesce(claims.claimed_eur, 0) as claimed_eur
    from lateness
    full outer join claims
        on
            lateness.invoice_id = claims.invoice_id
            and lateness.half_year_from_on = claims.half_year_from_on
),

-- An individual owes neither interest nor fee. A public buyer keeps the rate of the half-year in which interest began.
regimes as (
    select
        half_years.*,
        invoices.issued_on,
        invoices.is_disputed,
        clients.client_id,
        clients.client_name,
        clients.client_type,
        coalesce(clients.insolvent_on <= {{ as_of() }}, false) as is_insolvent,
        case clients.client_type when 'public' then 'public' when 'individual' then null else 'commercial' end
            as debtor_regime
    from half_years
    inner join invoices on half_years.invoice_id = invoices.invoice_id
    inner join clients on invoices.client_id = clients.client_id
),

final as (
    select
        regimes.*,
        rules.collection_fee_eur,
        cast(rates.refinancing_rate_ratio + rules.markup_ratio as decimal(9, 6)) as yearly_rate_ratio,
        regimes.late_days > 0 and rules.debtor_regime is not null as bears_interest
    from regimes
    left join rules on regimes.debtor_regime = rules.debtor_regime
    left join rates
        on
            case regimes.debtor_regime when 'public' then regimes.first_half_year_on else regimes.half_year_from_on end
            = rates.valid_from_on
)

select * from final
