{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set flows = ['invoiced_ttc_eur', 'invoiced_ht_eur', 'cashed_ttc_eur', 'pay_euro_days'] %}

with

invoices as (
    select * from {{ ref('fct_invoices') }}
),

cash as (
    select * from {{ ref('fct_cash_milestones') }}
),

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
),

as_of_dates as (
    select as_of_on from {{ ref('dim_as_of') }}
    where as_of_on >= {{ add_months(tension_from_on(), -11) }}
),

-- Guarantees are released, not paid on terms: they would add a year to the days to pay.
moves as (
    select
        client_id,
        {{ first_as_of('issued_on') }} as as_of_on,
        invoiced_ttc_eur,
        invoiced_ht_eur,
        0 as cashed_ttc_eur,
        0 as pay_euro_days
    from invoices
    union all
    select
        cash.client_id,
        {{ first_as_of('cash.effective_on') }} as as_of_on,
        0 as invoiced_ttc_eur,
        0 as invoiced_ht_eur,
        cash.cashed_ttc_eur,
        cash.cashed_ttc_eur * (cash.cash_on - cash.issued_on) as pay_euro_days
    from cash
    inner join instalments on cash.instalment_id = instalments.instalment_id
    where cash.cashed_ttc_eur > 0 and instalments.instalment_kind <> 'retention'
),

first_months as (
    select
        client_id,
        min(as_of_on) as first_on
    from moves
    group by client_id
),

monthly as (
    select
        {%- for flow in flows %}
            cast(coalesce(sum(moves.{{ flow }}), 0) as decimal(18, 2)) as {{ flow }},
        {%- endfor %}
        first_months.client_id,
        as_of_dates.as_of_on
    from first_months
    inner join as_of_dates on first_months.first_on <= as_of_dates.as_of_on
    left join moves
        on first_months.client_id = moves.client_id and as_of_dates.as_of_on = moves.as_of_on
    group by first_months.client_id, as_of_dates.as_of_on
),

-- One as-of day a month: twelve rows are twelve calendar months, or the history where it is shorter.
years as (
    select
        {%- for flow in flows %}
            cast(sum({{ flow }}) over twelve_months as decimal(18, 2)) as {{ flow }},
        {%- endfor %}
        client_id,
        as_of_on
    from monthly
    window twelve_months as (
        partition by client_id order by as_of_on rows between 11 preceding and current row
    )
),

final as (
    select * from years
    where as_of_on >= {{ tension_from_on() }}
)

select * from final
