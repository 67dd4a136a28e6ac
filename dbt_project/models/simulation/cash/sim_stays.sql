with

events as (
    select * from {{ ref('fct_deal_stage_events') }}
),

followed as (
    select
        *,
        lead(occurred_on) over in_time as left_on,
        min(case when to_stage_class = 'won' then occurred_on end) over rest as won_on,
        min(case when to_stage_class = 'lost' then occurred_on end) over rest as lost_on
    from events
    window
        in_time as (partition by deal_id order by move_number),
        rest as (partition by deal_id order by move_number rows between 1 following and unbounded following)
),

followed_deals as (
    select deal_id
    from events
    group by deal_id
),

-- Without a history of stages a deal is in one unknown stage from its creation to its end.
unfollowed as (
    select deals.*
    from {{ ref('fct_deals') }} as deals
    left join followed_deals on deals.deal_id = followed_deals.deal_id
    where followed_deals.deal_id is null
),

final as (
    select
        deal_id,
        move_number,
        occurred_on as known_on,
        to_stage_id as stage,
        left_on,
        won_on,
        lost_on
    from followed
    where to_stage_class = 'open'

    union all

    select
        deal_id,
        1 as move_number,
        created_on as known_on,
        'unknown' as stage,
        closed_on as left_on,
        case when outcome = 'won' then closed_on end as won_on,
        case when outcome = 'lost' then closed_on end as lost_on
    from unfollowed
)

select * from final
