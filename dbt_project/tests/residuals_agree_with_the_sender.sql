{{ config(
    description='I7: what is open on an invoice, all settlements in, is what its sender says. A difference is to be looked at.',
    severity='warn',
    meta={'dagster': {'ref': {'name': 'fct_invoices'}}},
) }}

with

settled as (
    select
        invoice_id,
        sum(allocated_ttc_eur) as settled_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where invoice_id is not null
    group by invoice_id
),

residuals as (
    select
        invoices.invoice_id,
        invoices.invoiced_ttc_eur - coalesce(settled.settled_ttc_eur, 0) as open_ttc_eur,
        invoices.residual_reported_ttc_eur
    from {{ ref('fct_invoices') }} as invoices
    left join settled on invoices.invoice_id = settled.invoice_id
    where invoices.residual_reported_ttc_eur is not null
)

-- Where no settlement is delivered at all, there is nothing to compare.
select * from residuals
where
    open_ttc_eur is distinct from residual_reported_ttc_eur
    and (select count(*) from {{ ref('int_allocations') }}) > 0
