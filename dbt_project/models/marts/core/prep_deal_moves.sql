{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

entries as (
    select * from {{ ref('prep_deal_entries') }}
),

events as (
    select * from {{ ref('fct_deal_stage_events') }}
    where occurred_on <= {{ as_of() }}
),

first_events as (
    select * from events
    where move_number = 1
),

last_moves as (
    select
        deal_id,
        max(move_number) as move_number
    from events
    group by deal_id
),

-- The deal says when it began and how it ended; between the two, its history says where it stood.
final as (
    select
        entries.deal_id,
        entries.created_on as moved_on,
        0 as move_number,
        case when first_events.deal_id is null then entries.stage_id else first_events.from_stage_id end as stage_id,
        'open' as pipeline_state
    from entries
    left join first_events on entries.deal_id = first_events.deal_id
    union all
    select
        events.deal_id,
        greatest(events.occurred_on, entries.created_on) as moved_on,
        events.move_number,
        events.to_stage_id as stage_id,
        coalesce(events.to_stage_class, 'open') as pipeline_state
    from events
    inner join entries on events.deal_id = entries.deal_id
    inner join last_moves on events.deal_id = last_moves.deal_id
    where
        coalesce(events.occurred_on <= entries.closed_on, true)
        and not (
            entries.outcome = 'open'
            and events.move_number = last_moves.move_number
            and coalesce(events.to_stage_class <> 'open', false)
        )
    union all
    select
        deal_id,
        closed_on as moved_on,
        1000000 as move_number,
        stage_id,
        outcome as pipeline_state
    from entries
    where outcome <> 'open'
)

select * from final
