{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

debts as (
    select
        client_id,
        as_of_on,
        open_ttc_eur as exposure_ttc_eur
    from {{ ref('fct_ar_instalment_monthly') }}
    where receivable_state <> 'credit_note'
    union all
    select
        client_id,
        as_of_on,
        delivered_to_invoice_ttc_eur + undelivered_to_invoice_ttc_eur as exposure_ttc_eur
    from {{ ref('fct_order_euro_states') }}
),

-- The limit is that of today: senders keep no history of it.
exposures as (
    select
        debts.client_id,
        debts.as_of_on,
        min(clients.client_name) as client_name,
        min(clients.credit_limit_eur) as credit_limit_eur,
        sum(debts.exposure_ttc_eur) as exposure_ttc_eur
    from debts
    inner join {{ ref('dim_clients') }} as clients on debts.client_id = clients.client_id
    where clients.credit_limit_eur > 0 and exists (select 1 from {{ ref('fct_payment_allocations') }})
    group by debts.client_id, debts.as_of_on
),

final as (
    select
        'client_over_limit' as rule_id,
        as_of_on,
        'client' as entity_kind,
        client_id as entity_id,
        client_name as entity_label,
        {{ divide('exposure_ttc_eur', 'credit_limit_eur', 'decimal(18, 6)') }} as observed_quantity,
        cast(null as bigint) as observed_count,
        exposure_ttc_eur - credit_limit_eur as stake_eur,
        {{ evidence(
            'select ((select coalesce(sum(open_ttc_eur), 0) from marts.fct_ar_instalment_monthly where client_id = :client_id '
            ~ "and as_of_on = :as_of_on and receivable_state <> 'credit_note') + (select coalesce("
            ~ 'sum(delivered_to_invoice_ttc_eur + undelivered_to_invoice_ttc_eur), 0) from marts.fct_order_euro_states '
            ~ 'where client_id = :client_id and as_of_on = :as_of_on)) / credit_limit_eur from marts.dim_clients '
            ~ 'where client_id = :client_id', ['client_id', 'as_of_on']
        ) }} as evidence_sql
    from exposures
    union all
    select
        'client_at_risk' as rule_id,
        as_of_on,
        'client' as entity_kind,
        client_id as entity_id,
        client_name as entity_label,
        cast(risk_score as decimal(18, 6)) as observed_quantity,
        cast(null as bigint) as observed_count,
        exposure_ttc_eur as stake_eur,
        {{ evidence(
            'select risk_score from marts.rpt_client_credit_risk where client_id = :client_id', ['client_id']
        ) }} as evidence_sql
    from {{ ref('rpt_client_credit_risk') }}
)

select * from final
