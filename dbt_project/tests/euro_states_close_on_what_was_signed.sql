{{ config(
    description='I1, I2: the states of an order sum to what was signed, those outside the CRM to what was invoiced, and none is negative.',
    meta={'dagster': {'ref': {'name': 'fct_order_euro_states'}}},
) }}

with

states as (
    select
        order_id as compared_key,
        as_of_on,
        signed_ttc_eur as expected_ttc_eur,
        cashed_ttc_eur + invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur + delivered_to_invoice_ttc_eur
        + undelivered_to_invoice_ttc_eur + cancelled_or_credited_ttc_eur + written_off_ttc_eur - over_invoiced_ttc_eur
            as accounted_ttc_eur,
        least(
            invoiced_not_due_ttc_eur, retained_ttc_eur, overdue_ttc_eur, delivered_to_invoice_ttc_eur,
            undelivered_to_invoice_ttc_eur, cancelled_or_credited_ttc_eur, over_invoiced_ttc_eur
        ) as smallest_ttc_eur
    from {{ ref('fct_order_euro_states') }}
    union all
    select
        client_id as compared_key,
        as_of_on,
        invoiced_ttc_eur as expected_ttc_eur,
        cashed_ttc_eur + settled_by_credit_ttc_eur + invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur
        + credited_ttc_eur + written_off_ttc_eur - unused_credit_ttc_eur as accounted_ttc_eur,
        least(
            invoiced_not_due_ttc_eur, retained_ttc_eur, overdue_ttc_eur, credited_ttc_eur, unused_credit_ttc_eur
        ) as smallest_ttc_eur
    from {{ ref('fct_outside_crm_states') }}
)

select
    compared_key,
    as_of_on,
    expected_ttc_eur,
    accounted_ttc_eur,
    smallest_ttc_eur
from states
where accounted_ttc_eur is distinct from expected_ttc_eur or smallest_ttc_eur < 0
