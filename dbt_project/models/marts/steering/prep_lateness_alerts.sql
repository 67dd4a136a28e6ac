{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

final as (
    select
        'strategic_client_pays_late' as rule_id,
        as_of_on,
        'client' as entity_kind,
        client_id as entity_id,
        client_name as entity_label,
        cast(case when has_tension then year_pay_days end as decimal(18, 6)) as observed_quantity,
        cast(null as bigint) as observed_count,
        receivable_ttc_eur as stake_eur,
        {{ evidence(
            'select year_pay_days from marts.rpt_client_cash_tension where client_id = :client_id and as_of_on = :as_of_on',
            ['client_id', 'as_of_on']
        ) }} as evidence_sql
    from {{ ref('rpt_client_cash_tension') }}
    union all
    select
        'client_pays_later' as rule_id,
        as_of_on,
        'client' as entity_kind,
        client_id as entity_id,
        client_name as entity_label,
        cast(late_trend_days as decimal(18, 6)) as observed_quantity,
        effective_count as observed_count,
        unpaid_ttc_eur as stake_eur,
        {{ evidence(
            'select late_trend_days from marts.rpt_client_payment_behaviour where client_id = :client_id '
            ~ 'and as_of_on = :as_of_on', ['client_id', 'as_of_on']
        ) }} as evidence_sql
    from {{ ref('rpt_client_payment_behaviour') }}
)

select * from final
