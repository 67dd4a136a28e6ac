{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

periods as (
    select
        *,
        min(case when pipeline_state = 'won' then from_on end) over what_follows as won_on,
        min(case when pipeline_state <> 'open' then from_on end) over what_follows as left_on,
        min(case when pipeline_state = 'removed' then from_on end) over what_follows as removed_on
    from {{ ref('fct_pipeline_daily') }}
    window what_follows as (
        partition by deal_id order by from_on rows between 1 following and unbounded following
    )
),

-- A deal lives in a stage from its entry to the closing that follows, whatever stages it runs through in between.
lives as (
    select
        stage_id,
        segment,
        {{ week_number('stage_entered_on') }} as entered_week,
        {{ week_number('left_on') }} as left_week,
        coalesce(won_on = left_on, false) as is_won,
        left_on is not null and coalesce(left_on <> removed_on, true) as is_closed
    from periods
    where pipeline_state = 'open' and stage_id is not null and from_on = stage_entered_on
),

final as (
    select
        stage_id,
        segment,
        entered_week,
        left_week,
        is_won,
        is_closed,
        count(*) as life_count
    from lives
    group by stage_id, segment, entered_week, left_week, is_won, is_closed
)

select * from final
