{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

years as (
    select * from {{ ref('prep_fiscal_years') }}
),

invoices as (
    select
        invoice_id,
        disputed_from_on,
        coalesce(disputed_to_on, date '9999-12-31') as disputed_to_on
    from {{ ref('fct_invoices') }}
),

balances as (
    select * from {{ ref('fct_instalment_balances') }}
    where receivable_state in ('not_due', 'overdue')
),

instalments as (
    select
        invoice_id,
        greatest(due_on, issued_on) as late_from_on,
        coalesce(settled_on, date '9999-12-31') as ended_on,
        due_ttc_eur
    from {{ ref('rpt_lme_compliance') }}
),

-- Table I: what is open at the closing; a guarantee not due is not in it.
open_at_closing as (
    select
        'I' as table_label,
        years.fiscal_year_end_on,
        balances.invoice_id,
        years.fiscal_year_end_on - balances.due_on as late_days,
        balances.open_ttc_eur as concerned_ttc_eur,
        coalesce(
            years.fiscal_year_end_on between invoices.disputed_from_on and invoices.disputed_to_on, false
        ) as is_disputed
    from balances
    inner join years
        on balances.balance_from_on <= years.fiscal_year_end_on and balances.balance_to_on > years.fiscal_year_end_on
    inner join invoices on balances.invoice_id = invoices.invoice_id
),

-- Table II: what was late on a day of the year, by the lateness reached at its settlement or at the closing; and what
-- was settled in the year without any.
late_in_the_year as (
    select
        'II' as table_label,
        years.fiscal_year_end_on,
        instalments.invoice_id,
        least(instalments.ended_on, years.fiscal_year_end_on) - instalments.late_from_on as late_days,
        instalments.due_ttc_eur as concerned_ttc_eur,
        instalments.ended_on > instalments.late_from_on
        and coalesce(
            invoices.disputed_from_on <= least(instalments.ended_on, years.fiscal_year_end_on)
            and invoices.disputed_to_on > instalments.late_from_on,
            false
        ) as is_disputed
    from instalments
    inner join years
        on
            instalments.ended_on >= years.fiscal_year_from_on
            and least(instalments.late_from_on + 1, instalments.ended_on) <= years.fiscal_year_end_on
    inner join invoices on instalments.invoice_id = invoices.invoice_id
),

final as (
    select * from open_at_closing
    union all
    select * from late_in_the_year
)

select * from final
