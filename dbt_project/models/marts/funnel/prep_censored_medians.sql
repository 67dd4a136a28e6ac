{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set cell = 'partition by cohort_label, client_type, leg order by duration_days' %}

with

ages as (
    select
        cohort_label,
        client_type,
        leg,
        duration_days,
        count(*) filter (where is_done) as done_count,
        count(*) as unit_count
    from {{ ref('prep_timed_legs') }}
    group by cohort_label, client_type, leg, duration_days
),

cell_ages as (
    select
        case when cells.is_every_cohort then 'all' else ages.cohort_label end as cohort_label,
        case when cells.is_every_type then 'all' else ages.client_type end as client_type,
        ages.leg,
        ages.duration_days,
        ages.done_count,
        ages.unit_count
    from ages
    cross join {{ cohort_cells() }}
),

-- Kaplan-Meier: what still waits, and what was given up, counts as at risk until its own age.
hazards as (
    select
        cohort_label,
        client_type,
        leg,
        duration_days,
        sum(done_count) as done_count,
        sum(sum(unit_count)) over ({{ cell }} rows between current row and unbounded following) as at_risk_count
    from cell_ages
    group by cohort_label, client_type, leg, duration_days
),

survivals as (
    select
        *,
        {{ running_product('1 - done_count / at_risk_count', cell) }} as still_waiting_ratio
    from hazards
),

-- The median counts those that still wait.
final as (
    select
        cohort_label,
        client_type,
        leg,
        min(duration_days) as censored_median_days
    from survivals
    where still_waiting_ratio <= 0.5 + 1e-12
    group by cohort_label, client_type, leg
)

select * from final
