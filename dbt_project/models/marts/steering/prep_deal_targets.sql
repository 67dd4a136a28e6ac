{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What deals like an open one have taken and brought: the finest target that is published for it.
with

open_deals as (
    select * from {{ ref('fct_deals') }}
    where outcome = 'open' and created_on <= {{ as_of() }}
),

targets as (
    select * from {{ ref('rpt_target_scoring') }}
),

candidates as (
    select
        open_deals.deal_id,
        targets.*,
        row_number() over (partition by open_deals.deal_id order by targets.target_level desc) as target_rank
    from open_deals
    inner join targets
        on
            targets.segment in ('all', open_deals.segment)
            and targets.client_type in ('all', open_deals.client_type)
            and targets.family in ('all', open_deals.family)
            and targets.channel in ('all', coalesce(open_deals.channel, 'unknown'))
),

final as (
    select
        deal_id,
        target_level,
        deal_count,
        -- The part of what is signed that wins of this target have kept.
        win_chance_ratio * won_margin_eur / nullif(expected_signed_net_ht_eur, 0) as margin_ratio,
        courting_cost_eur,
        sales_hours
    from candidates
    where target_rank = 1
)

select * from final
