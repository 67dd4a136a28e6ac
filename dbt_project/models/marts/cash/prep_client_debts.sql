{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

overdue_instalments as (
    select
        client_id,
        as_of_on,
        sum(open_ttc_eur) as overdue_ttc_eur,
        sum(open_ttc_eur * (as_of_on - issued_on)) as overdue_pay_euro_days
    from {{ ref('fct_ar_instalment_monthly') }}
    where receivable_state = 'overdue' and instalment_kind <> 'retention'
    group by client_id, as_of_on
),

debts as (
    select
        client_id,
        as_of_on,
        sum(open_ttc_eur) filter (where bucket_position <= 6) as receivable_ttc_eur,
        sum(open_ttc_eur) filter (where bucket_position between 2 and 5) as overdue_ttc_eur,
        sum(disputed_ttc_eur) as disputed_ttc_eur,
        sum(issued_over_90_days_ttc_eur) filter (where bucket_position <= 6) as issued_over_90_days_ttc_eur,
        sum(open_ttc_eur) filter (where aging_bucket = '91+') as overdue_over_90_days_ttc_eur
    from {{ ref('rpt_ar_aging') }}
    group by client_id, as_of_on
),

final as (
    select
        debts.*,
        coalesce(overdue_instalments.overdue_ttc_eur, 0) as late_ttc_eur,
        coalesce(overdue_instalments.overdue_pay_euro_days, 0) as late_pay_euro_days
    from debts
    left join overdue_instalments
        on debts.client_id = overdue_instalments.client_id and debts.as_of_on = overdue_instalments.as_of_on
)

select * from final
