with

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
    where doc_type <> 'credit_note'
),

clients as (
    select
        client_id,
        client_name
    from {{ ref('dim_clients') }}
),

labels as (
    select
        payment_term_label,
        min(term_origin) as term_origin
    from {{ ref('dim_payment_terms') }}
    group by payment_term_label
),

alerts as (
    select
        instalments.*,
        case
            when instalments.has_due_date_mismatch then 'due_date_differs'
            when labels.term_origin = 'not_understood' then 'terms_not_understood'
            when instalments.reading_origin = 'unknown' and instalments.days_first_due_on is not null
                then 'reading_unknown'
        end as alert_kind,
        case
            when instalments.has_due_date_mismatch then instalments.due_on - instalments.contract_due_on
            when instalments.reading_origin = 'unknown'
                then instalments.days_first_due_on - instalments.month_end_first_due_on
        end as gap_days
    from instalments
    left join labels on instalments.payment_term_label = labels.payment_term_label
),

final as (
    select
        alerts.alert_kind,
        alerts.client_id,
        alerts.payment_term_label,
        min(clients.client_name) as client_name,
        count(*) as instalment_count,
        cast(sum(alerts.due_ttc_eur) as decimal(18, 2)) as due_ttc_eur,
        cast(min(alerts.gap_days) as integer) as earliest_gap_days,
        cast(max(alerts.gap_days) as integer) as latest_gap_days,
        min(alerts.instalment_id) as example_instalment_id,
        case alerts.alert_kind
            when 'due_date_differs'
                then 'L''échéance écrite n''est pas celle que donnent les conditions de paiement.'
            when 'terms_not_understood'
                then 'Conditions non comprises : sans échéance écrite, 30 jours. À traduire dans map_payment_terms.'
            else
                'Deux lectures de « fin de mois » : sans échéance écrite, la plus tardive. '
                || 'À préciser dans map_payment_readings.'
        end as note_fr
    from alerts
    left join clients on alerts.client_id = clients.client_id
    where alerts.alert_kind is not null
    group by alerts.alert_kind, alerts.client_id, alerts.payment_term_label
)

select * from final
