{{ config(
    description='I7: what is open on an invoice at the as-of day is what its sender says; a difference is to be looked at, not published wrong.',
    severity='warn',
    meta={'dagster': {'ref': {'name': 'fct_invoices'}}},
) }}

with

settled as (
    select
        invoice_id,
        sum(allocated_ttc_eur) as settled_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where effective_on <= {{ as_of() }} and invoice_id is not null
    group by invoice_id
)

select
    invoices.invoice_id,
    invoices.invoiced_ttc_eur - coalesce(settled.settled_ttc_eur, 0) as open_ttc_eur,
    invoices.residual_reported_ttc_eur,
from {{ ref('fct_invoices') }} as invoices
left join settled on invoices.invoice_id = settled.invoice_id
where
    invoices.residual_reported_ttc_eur is not null
    and exists (select 1 as found from settled)
    and invoices.invoiced_ttc_eur - coalesce(settled.settled_ttc_eur, 0) is distinct from invoices.residual_reported_ttc_eur
