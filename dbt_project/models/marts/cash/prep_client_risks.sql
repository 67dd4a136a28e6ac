{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

exposures as (
    select * from {{ ref('prep_client_exposures') }}
),

behaviours as (
    select * from {{ ref('rpt_client_payment_behaviour') }}
    where is_latest
),

clients as (
    select * from {{ ref('dim_clients') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

orders as (
    select count(*) > 0 as has_orders from {{ ref('fct_orders') }}
),

joined as (
    select
        coalesce(exposures.client_id, behaviours.client_id) as client_id,
        {%- for amount in ['receivable', 'overdue', 'disputed', 'to_invoice', 'undelivered'] %}
            coalesce(exposures.{{ amount }}_ttc_eur, 0) as {{ amount }}_ttc_eur,
        {%- endfor %}
        coalesce(exposures.suggested_provision_ht_eur, 0) as suggested_provision_ht_eur,
        exposures.oldest_overdue_days,
        coalesce(behaviours.effective_count, 0) as effective_count,
        coalesce(behaviours.bounced_count, 0) as bounced_count,
        behaviours.payment_rating,
        behaviours.late_trend_days,
        behaviours.late_p90_days
    from exposures
    full outer join behaviours on exposures.client_id = behaviours.client_id
),

exposed as (
    select
        *,
        receivable_ttc_eur + to_invoice_ttc_eur + undelivered_ttc_eur as exposure_ttc_eur,
        sum(receivable_ttc_eur + to_invoice_ttc_eur + undelivered_ttc_eur) over () as company_exposure_ttc_eur
    from joined
),

-- A person who buys is not scored: nobody is profiled, and the debt is followed all the same.
final as (
    select
        exposed.*,
        clients.client_name,
        clients.client_type,
        clients.is_intercompany,
        clients.credit_limit_eur,
        orders.has_orders,
        coalesce(clients.insolvent_on <= {{ as_of() }}, false) as is_insolvent,
        exposed.effective_count >= thresholds.minimum_effective_count as has_history,
        case
            when clients.client_type = 'individual' then 'individual'
            when clients.client_id = 'unknown' then 'unknown_client'
        end as unscorable_reason,
        {{ divide('exposed.exposure_ttc_eur', 'exposed.company_exposure_ttc_eur') }} as exposure_share_ratio,
        {{ divide('exposed.exposure_ttc_eur', 'clients.credit_limit_eur') }} as limit_use_ratio,
        coalesce(exposed.exposure_ttc_eur > clients.credit_limit_eur, false) as is_over_limit
    from exposed
    inner join clients on exposed.client_id = clients.client_id
    cross join thresholds
    cross join orders
)

select * from final
