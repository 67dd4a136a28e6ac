{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

company as (
    select
        fiscal_year_end_on,
        fiscal_year_end_on = {{ month_end('fiscal_year_end_on') }} as is_month_end
    from {{ ref('map_company') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
    where issued_on <= {{ as_of() }}
),

months as (
    select day_on as month_from_on
    from {{ date_spine("date '2000-01-01'", as_of(), 'month') }} as spine
),

-- 28 February, where it is the month's end, is 29 February in a leap year.
closings as (
    select
        case
            when company.is_month_end then {{ month_end('months.month_from_on') }}
            else
                least(
                    months.month_from_on + cast(extract(day from company.fiscal_year_end_on) as integer) - 1,
                    {{ month_end('months.month_from_on') }}
                )
        end as fiscal_year_end_on
    from company
    inner join months on extract(month from company.fiscal_year_end_on) = extract(month from months.month_from_on)
),

years as (
    select
        fiscal_year_end_on,
        lag(fiscal_year_end_on) over (order by fiscal_year_end_on) + 1 as fiscal_year_from_on
    from closings
    where fiscal_year_end_on <= {{ as_of() }}
),

history as (
    select cast(date_trunc('month', min(issued_on)) as date) as known_from_on from invoices
),

-- A year that starts before the first known month has no known sales.
final as (
    select
        years.fiscal_year_from_on,
        years.fiscal_year_end_on,
        case when years.fiscal_year_from_on >= history.known_from_on then sum(invoices.invoiced_ttc_eur) end
            as year_sales_ttc_eur,
        case
            when years.fiscal_year_from_on >= history.known_from_on
                then count(*) filter (where invoices.doc_type <> 'credit_note')
        end as year_invoice_count
    from years
    cross join history
    inner join invoices on invoices.issued_on between years.fiscal_year_from_on and years.fiscal_year_end_on
    group by years.fiscal_year_from_on, years.fiscal_year_end_on, history.known_from_on
)

select * from final
