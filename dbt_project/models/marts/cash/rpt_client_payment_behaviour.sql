with

measures as (
    select * from {{ ref('prep_payment_measures') }}
),

quantiles as (
    select * from {{ ref('prep_payment_quantiles') }}
),

habits as (
    select * from {{ ref('prep_payment_habits') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

ratings as (
    select
        *,
        lead(late_days_from, 1, 999999) over (order by late_days_from) as late_days_before
    from {{ ref('map_payment_ratings') }}
),

bounces as (
    select
        days.as_of_on,
        allocations.client_id,
        count(distinct allocations.payment_id) as bounced_count
    from {{ ref('fct_payment_allocations') }} as allocations
    inner join {{ ref('prep_behaviour_days') }} as days
        on allocations.effective_on > days.history_after_on and allocations.effective_on <= days.as_of_on
    where allocations.allocation_kind = 'reversal'
    group by days.as_of_on, allocations.client_id
),

-- A good rating needs a history, a bad one does not; persons are not rated, nor those whom nobody knows.
final as (
    select
        measures.client_id,
        measures.as_of_on,
        measures.is_latest,
        clients.client_name,
        clients.client_type,
        quantiles.term_class,
        clients.is_intercompany,
        coalesce(clients.insolvent_on <= measures.as_of_on, false) as is_insolvent,
        measures.payment_count,
        cast(measures.paid_ttc_eur as decimal(18, 2)) as paid_ttc_eur,
        cast(measures.unpaid_ttc_eur as decimal(18, 2)) as unpaid_ttc_eur,
        coalesce(quantiles.effective_count, 0) as effective_count,
        measures.factored_count,
        coalesce(bounces.bounced_count, 0) as bounced_count,
        measures.pay_days as weighted_pay_days,
        measures.paid_only_pay_days,
        measures.late_days as weighted_late_days,
        measures.paid_only_late_days,
        measures.undisputed_late_days,
        quantiles.late_p10_days,
        quantiles.late_p50_days,
        quantiles.late_p90_days,
        quantiles.censored_median_late_days,
        measures.on_time_ratio,
        measures.late_trend_days,
        habits.main_instrument,
        habits.payment_runs,
        case
            when clients.client_type = 'individual' or clients.client_id = 'unknown' then null
            when clients.insolvent_on <= measures.as_of_on then 'insolvent'
            when quantiles.effective_count >= thresholds.minimum_effective_count or not ratings.needs_history
                then coalesce(ratings.payment_rating, 'not_enough_history')
            else 'not_enough_history'
        end as payment_rating
    from measures
    inner join clients on measures.client_id = clients.client_id
    cross join thresholds
    left join quantiles on measures.as_of_on = quantiles.as_of_on and measures.client_id = quantiles.client_id
    left join habits on measures.as_of_on = habits.as_of_on and measures.client_id = habits.client_id
    left join bounces on measures.as_of_on = bounces.as_of_on and measures.client_id = bounces.client_id
    left join ratings
        on
            measures.undisputed_late_days >= ratings.late_days_from
            and measures.undisputed_late_days < ratings.late_days_before
)

select * from final
