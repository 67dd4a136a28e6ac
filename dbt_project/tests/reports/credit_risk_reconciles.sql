{{ config(
    description='What clients put at risk is every euro that is neither cashed, cancelled nor written off; a score is stated or explained.',
    meta={'dagster': {'ref': {'name': 'rpt_client_credit_risk'}}},
) }}

with

risks as (
    select * from {{ ref('rpt_client_credit_risk') }}
),

open_instalments as (
    select * from {{ ref('fct_ar_instalment_monthly') }}
    where as_of_on = {{ as_of() }} and receivable_state <> 'credit_note'
),

states as (
    select * from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

failures as (
    select
        client_id as row_label,
        'the grain of credit risk is the client' as reason
    from risks
    group by client_id
    having count(*) > 1
    union all
    select
        client_id as row_label,
        'an exposure is the sum of its parts, and no more is provided for than is owed' as reason
    from risks
    where
        receivable_ttc_eur + coalesce(to_invoice_ttc_eur, 0) + coalesce(undelivered_ttc_eur, 0) <> exposure_ttc_eur
        or suggested_provision_ht_eur not between 0 and receivable_ttc_eur
    union all
    select
        'all' as row_label,
        'the exposure is every euro neither cashed, cancelled nor written off' as reason
    from (select sum(exposure_ttc_eur) as exposure_ttc_eur from risks) as reported
    cross join (
        select
            sum(
                invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur + delivered_to_invoice_ttc_eur
                + undelivered_to_invoice_ttc_eur
            ) as order_ttc_eur
        from states
    ) as ledger
    cross join (
        select sum(open_instalments.open_ttc_eur) as open_ttc_eur
        from open_instalments
        left join states on open_instalments.order_id = states.order_id
        where states.order_id is null
    ) as outside
    where
        (select count(*) from risks) > 0
        and reported.exposure_ttc_eur <> coalesce(ledger.order_ttc_eur, 0) + coalesce(outside.open_ttc_eur, 0)
    union all
    select
        client_id as row_label,
        'a score is between 0 and 100, and absent for a reason' as reason
    from risks
    where
        (risk_score is null) <> (unscored_reason is not null)
        or (risk_class is null) <> (unscored_reason is not null)
        or risk_score not between 0 and 100
        or (client_type = 'individual' and risk_score is not null)
)

select * from failures
