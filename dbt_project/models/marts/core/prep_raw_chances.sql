{{ config(materialized='ephemeral', contract={'enforced': false}) }}

{%- set in_age = 'partition by learned_on, stage_id, segment order by age_weeks' -%}
{%- set younger = in_age ~ ' rows between unbounded preceding and 1 preceding' -%}

with

lives as (
    select * from {{ ref('prep_known_lives') }}
),

weeks as (
    select {{ week_number('day_on') }} as age_weeks
    from {{ date_spine("date '2000-01-03'", "date '2003-01-06'", 'week') }} as spine
),

cells as (
    select
        learned_on,
        stage_id,
        segment
    from lives
    group by learned_on, stage_id, segment
),

ages as (
    select
        cells.learned_on,
        cells.stage_id,
        cells.segment,
        weeks.age_weeks,
        coalesce(lives.closed_count, 0) as closed_count,
        coalesce(lives.won_count, 0) as won_count,
        sum(coalesce(lives.life_count, 0)) over (
            partition by cells.learned_on, cells.stage_id, cells.segment order by weeks.age_weeks
            rows between current row and unbounded following
        ) as at_risk_count
    from cells
    cross join weeks
    left join lives
        on
            cells.learned_on = lives.learned_on
            and cells.stage_id = lives.stage_id
            and cells.segment = lives.segment
            and weeks.age_weeks = lives.age_weeks
),

survivals as (
    select
        *,
        coalesce({{ running_product('1 - closed_count / at_risk_count', younger) }}, 1) as still_open
    from ages
    where at_risk_count > 0
),

-- Aalen-Johansen from this age on: what is still to be won, of what is still open.
final as (
    select
        learned_on,
        stage_id,
        segment,
        age_weeks,
        at_risk_count,
        sum(closed_count) over ({{ in_age }} rows between current row and unbounded following) as closed_count,
        cast(
            sum(still_open * won_count / at_risk_count) over (
                {{ in_age }} rows between current row and unbounded following
            ) / still_open as decimal(9, 6)
        ) as won_ratio
    from survivals
)

select * from final
