{{ config(
    description='I1, I2: the states of an order, over-invoicing taken off, sum to what was signed, and none is negative.',
    meta={'dagster': {'ref': {'name': 'fct_order_euro_states'}}},
) }}

with

states as (
    select
        *,
        cashed_ttc_eur + invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur + delivered_to_invoice_ttc_eur
        + undelivered_to_invoice_ttc_eur + cancelled_or_credited_ttc_eur + written_off_ttc_eur - over_invoiced_ttc_eur
            as accounted_ttc_eur,
        least(
            invoiced_not_due_ttc_eur, retained_ttc_eur, overdue_ttc_eur, delivered_to_invoice_ttc_eur,
            undelivered_to_invoice_ttc_eur, cancelled_or_credited_ttc_eur, over_invoiced_ttc_eur
        ) as smallest_ttc_eur
    from {{ ref('fct_order_euro_states') }}
)

select
    order_id,
    as_of_on,
    signed_ttc_eur,
    accounted_ttc_eur,
    smallest_ttc_eur
from states
where accounted_ttc_eur is distinct from signed_ttc_eur or smallest_ttc_eur < 0
