{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

lives as (
    select * from {{ ref('prep_stage_lives') }}
),

-- Learned on the last Sunday of each month, and of the as-of day: a week that is over leaks nothing into the past.
sundays as (
    select {{ last_sunday('least(' ~ month_end('spine.day_on') ~ ', ' ~ as_of() ~ ')') }} as learned_on
    from {{ date_spine(as_of() ~ ' - 580', as_of(), 'month') }} as spine
    union distinct
    select {{ last_sunday(as_of()) }} as learned_on
),

learnings as (
    select
        learned_on,
        {{ week_number('learned_on') }} as learned_week
    from sundays
),

-- As it was known on that Sunday: what was not over was open until then, and for three years at most.
known_lives as (
    select
        learnings.learned_on,
        lives.stage_id,
        lives.segment,
        least(
            coalesce(lives.left_week, learnings.learned_week) - lives.entered_week,
            learnings.learned_week - lives.entered_week,
            156
        ) as age_weeks,
        lives.is_closed
        and lives.left_week <= learnings.learned_week
        and lives.left_week <= lives.entered_week + 156 as is_closed,
        lives.is_won,
        lives.life_count
    from lives
    inner join learnings on lives.entered_week <= learnings.learned_week
),

-- A deal counts in its stage and segment, in its stage, and in all.
final as (
    select
        known_lives.learned_on,
        case when cells.is_every_stage then 'all' else known_lives.stage_id end as stage_id,
        case when cells.is_every_segment then 'all' else known_lives.segment end as segment,
        known_lives.age_weeks,
        sum(known_lives.life_count) as life_count,
        coalesce(sum(known_lives.life_count) filter (where known_lives.is_closed), 0) as closed_count,
        coalesce(sum(known_lives.life_count) filter (where known_lives.is_closed and known_lives.is_won), 0)
            as won_count
    from known_lives
    cross join (values (false, false), (false, true), (true, true)) as cells (is_every_stage, is_every_segment)
    group by
        known_lives.learned_on,
        case when cells.is_every_stage then 'all' else known_lives.stage_id end,
        case when cells.is_every_segment then 'all' else known_lives.segment end,
        known_lives.age_weeks
)

select * from final
