{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- What was not invoiced by the end of its month is late, whatever came later.
months as (
    select
        delivered_month,
        {{ month_end('delivered_month') }} as month_end_on,
        team,
        delivery_count,
        delivered_ttc_eur,
        late_ttc_eur
    from {{ ref('rpt_invoicing_cadence') }}
    where segment = 'all' and team <> 'all' and is_month_over
),

quarters as (
    select
        days.as_of_on,
        cast(days.quarter_from_on - interval '1 month' as date) as late_from_on,
        months.team,
        sum(months.delivery_count) as delivery_count,
        sum(months.delivered_ttc_eur) as delivered_ttc_eur,
        sum(months.late_ttc_eur) as late_ttc_eur
    from months
    inner join {{ ref('prep_steering_days') }} as days
        on
            months.delivered_month >= cast(days.quarter_from_on - interval '1 month' as date)
            and months.month_end_on < days.as_of_on
    group by days.as_of_on, days.quarter_from_on, months.team
),

final as (
    select
        'late_invoicing' as rule_id,
        as_of_on,
        'team' as entity_kind,
        team as entity_id,
        team as entity_label,
        {{ divide('late_ttc_eur', 'delivered_ttc_eur', 'decimal(18, 6)') }} as observed_quantity,
        delivery_count as observed_count,
        late_ttc_eur as stake_eur,
        {{ evidence(
            "select sum(late_ttc_eur) / sum(delivered_ttc_eur) from marts.rpt_invoicing_cadence where segment = 'all' "
            ~ 'and team = :team and delivered_month >= :late_from_on and last_day(delivered_month) < :as_of_on',
            ['team', 'late_from_on', 'as_of_on']
        ) }} as evidence_sql
    from quarters
)

select * from final
