{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

cash as (
    select * from {{ ref('fct_cash_milestones') }}
    where signed_on is not null
),

weeks as (
    select
        {{ week_number('cash_on') }} as cash_week,
        sum(cashed_ttc_eur) as cashed_ttc_eur,
        sum(cashed_ttc_eur * (issued_on - signed_on)) as invoice_euro_days,
        sum(cashed_ttc_eur * (cash_on - signed_on)) as cash_euro_days
    from cash
    group by {{ week_number('cash_on') }}
),

mondays as (
    select
        day_on as snapshot_on,
        {{ week_number('day_on') }} as snapshot_week
    from {{ date_spine(last_sunday(as_of()) ~ ' - 545', as_of(), 'week') }} as spine
),

-- How long the euros that came in over the last year had taken from the signature to the invoice, and to the bank.
final as (
    select
        mondays.snapshot_on,
        cast(round(sum(weeks.invoice_euro_days) / nullif(sum(weeks.cashed_ttc_eur), 0)) as integer) as invoice_lag_days,
        cast(round(sum(weeks.cash_euro_days) / nullif(sum(weeks.cashed_ttc_eur), 0)) as integer) as cash_lag_days
    from mondays
    left join weeks
        on mondays.snapshot_week > weeks.cash_week and mondays.snapshot_week <= weeks.cash_week + 52
    group by mondays.snapshot_on
)

select * from final
