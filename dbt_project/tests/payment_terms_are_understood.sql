{{ config(
    description='Labels of payment terms that neither the seed nor the grammar reads: translate them in map_payment_terms.',
    severity='warn',
    meta={'dagster': {'ref': {'name': 'dim_payment_terms'}}},
) }}

select
    terms.payment_term_label,
    count(instalments.instalment_id) as instalment_count,
    sum(instalments.due_ttc_eur) as due_ttc_eur
from {{ ref('dim_payment_terms') }} as terms
left join {{ ref('fct_invoice_instalments') }} as instalments
    on terms.payment_term_label = instalments.payment_term_label
where terms.term_origin = 'not_understood'
group by terms.payment_term_label
