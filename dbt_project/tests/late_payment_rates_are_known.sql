{{ config(
    description='I29: half-years in which something was late and whose rate is unknown: add it to legal_late_payment_rates.',
    severity='warn',
    meta={'dagster': {'ref': {'name': 'rpt_late_penalties'}}},
) }}

select
    half_year_label,
    count(*) as invoice_count,
    sum(late_euro_days) as late_euro_days
from {{ ref('rpt_late_penalties') }}
where is_rate_missing
group by half_year_label
