with

years as (
    select * from {{ ref('prep_fiscal_years') }}
),

debts as (
    select
        *,
        case
            when late_days <= 0 then '0'
            when late_days <= 30 then '1-30'
            when late_days <= 60 then '31-60'
            when late_days <= 90 then '61-90'
            else '91+'
        end as lateness_bracket
    from {{ ref('prep_d441_6_debts') }}
),

totals as (
    select
        table_label,
        fiscal_year_end_on,
        lateness_bracket,
        count(distinct case when not is_disputed then invoice_id end) as invoice_count,
        sum(case when is_disputed then 0 else concerned_ttc_eur end) as concerned_ttc_eur,
        count(distinct case when is_disputed then invoice_id end) as disputed_invoice_count,
        sum(case when is_disputed then concerned_ttc_eur else 0 end) as disputed_invoice_ttc_eur
    from debts
    group by table_label, fiscal_year_end_on, lateness_bracket
),

cells as (
    select
        years.*,
        tables.table_label,
        brackets.lateness_bracket,
        brackets.bracket_position
    from years
    cross join (values ('I'), ('II')) as tables (table_label)
    cross join (
        values ('0', 1), ('1-30', 2), ('31-60', 3), ('61-90', 4), ('91+', 5)
    ) as brackets (lateness_bracket, bracket_position)
    where exists (select 1 from {{ ref('fct_payment_allocations') }})
),

final as (
    select
        cells.fiscal_year_end_on,
        cells.table_label,
        cells.lateness_bracket,
        cells.bracket_position,
        coalesce(totals.invoice_count, 0) as invoice_count,
        cast(coalesce(totals.concerned_ttc_eur, 0) as decimal(18, 2)) as concerned_ttc_eur,
        {{ divide('coalesce(totals.concerned_ttc_eur, 0)', 'cells.year_sales_ttc_eur') }} as sales_ratio,
        {{ divide('coalesce(totals.invoice_count, 0)', 'cells.year_invoice_count') }} as invoice_ratio,
        coalesce(totals.disputed_invoice_count, 0) as disputed_invoice_count,
        cast(coalesce(totals.disputed_invoice_ttc_eur, 0) as decimal(18, 2)) as disputed_invoice_ttc_eur,
        cast(cells.year_sales_ttc_eur as decimal(18, 2)) as year_sales_ttc_eur,
        cells.year_invoice_count
    from cells
    left join totals
        on
            cells.table_label = totals.table_label
            and cells.fiscal_year_end_on = totals.fiscal_year_end_on
            and cells.lateness_bracket = totals.lateness_bracket
)

select * from final
