with

events as (
    select * from {{ ref('int_deal_stage_events') }}
),

survivors as (
    select * from {{ ref('int_deal_survivors') }}
),

stages as (
    select * from {{ ref('dim_stages') }}
),

-- The moves of a merged deal are no history of the deal that absorbed it.
final as (
    select
        events.deal_stage_event_id,
        events.deal_id,
        events.from_stage_id,
        events.to_stage_id,
        coalesce(entered.pipeline, left_stages.pipeline) as pipeline,
        left_stages.stage_position as from_stage_position,
        entered.stage_position as to_stage_position,
        left_stages.stage_class as from_stage_class,
        entered.stage_class as to_stage_class,
        case
            when events.from_stage_id is null then 'creation'
            when left_stages.stage_class <> 'open' and entered.stage_class = 'open' then 'reopening'
            when left_stages.stage_class = 'open' and entered.stage_class <> 'open' then 'closing'
            when entered.stage_position < left_stages.stage_position then 'backward'
            else 'forward'
        end as move_kind,
        row_number() over (
            partition by events.deal_id order by events.occurred_at, entered.stage_position, events.deal_stage_event_id
        ) as move_number,
        events.occurred_at,
        {{ paris_date('events.occurred_at') }} as occurred_on,
        events.event_quality
    from events
    inner join survivors on events.deal_id = survivors.deal_id and not survivors.was_merged
    left join stages as entered on events.to_stage_id = entered.stage_id
    left join stages as left_stages on events.from_stage_id = left_stages.stage_id
)

select * from final
