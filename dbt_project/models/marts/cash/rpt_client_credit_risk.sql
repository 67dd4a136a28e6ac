with

risks as (
    select * from {{ ref('prep_client_risks') }}
),

points as (
    select * from {{ ref('prep_risk_points') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

classed as (
    select
        risks.*,
        points.drivers_fr,
        coalesce(points.risk_points, 0) as risk_points,
        case
            when points.risk_points >= thresholds.risk_class_d_points then 'D'
            when points.risk_points >= thresholds.risk_class_c_points then 'C'
            when points.risk_points >= thresholds.risk_class_b_points then 'B'
            else 'A'
        end as points_class
    from risks
    cross join thresholds
    left join points on risks.client_id = points.client_id
),

-- Signs of risk speak at once; their absence says nothing of a client without a history.
scored as (
    select
        *,
        case
            when unscorable_reason is not null then unscorable_reason
            when points_class in ('A', 'B') and not has_history then 'not_enough_history'
        end as unscored_reason
    from classed
),

final as (
    select
        client_id,
        {{ as_of() }} as as_of_on,
        client_name,
        client_type,
        is_intercompany,
        is_insolvent,
        cast(receivable_ttc_eur as decimal(18, 2)) as receivable_ttc_eur,
        cast(overdue_ttc_eur as decimal(18, 2)) as overdue_ttc_eur,
        cast(disputed_ttc_eur as decimal(18, 2)) as disputed_ttc_eur,
        cast(case when has_orders then to_invoice_ttc_eur end as decimal(18, 2)) as to_invoice_ttc_eur,
        cast(case when has_orders then undelivered_ttc_eur end as decimal(18, 2)) as undelivered_ttc_eur,
        cast(exposure_ttc_eur as decimal(18, 2)) as exposure_ttc_eur,
        exposure_share_ratio,
        credit_limit_eur as credit_limit_ttc_eur,
        limit_use_ratio,
        is_over_limit,
        cast(oldest_overdue_days as integer) as oldest_overdue_days,
        effective_count,
        payment_rating,
        cast(case when unscored_reason is null then risk_points end as integer) as risk_score,
        case when unscored_reason is null then points_class end as risk_class,
        drivers_fr,
        cast(suggested_provision_ht_eur as decimal(18, 2)) as suggested_provision_ht_eur,
        unscored_reason,
        case unscored_reason
            when 'individual' then 'Personne physique : jamais notée. '
            when 'unknown_client' then 'Client inconnu : rien à noter. '
            when 'not_enough_history' then 'Historique insuffisant : non noté. '
            else 'Score indicatif, somme des signes listés. '
        end || 'La décision appartient à une personne.' as decision_note_fr
    from scored
)

select * from final
