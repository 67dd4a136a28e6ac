-- A CRM merges a merged deal again: the chain is followed to its end. A chain that loops, or ends on an unknown deal,
-- has no survivor.
with recursive

deals as (
    select
        deal_id,
        merged_into_deal_id
    from {{ ref('int_deals') }}
),

chain as (
    select
        deal_id,
        deal_id as surviving_deal_id,
        merged_into_deal_id,
        0 as merge_count
    from deals

    union all

    select
        chain.deal_id,
        deals.deal_id as surviving_deal_id,
        deals.merged_into_deal_id,
        chain.merge_count + 1 as merge_count
    from chain
    inner join deals on chain.merged_into_deal_id = deals.deal_id
    where chain.merge_count < 20
),

final as (
    select
        deal_id,
        surviving_deal_id,
        merge_count > 0 as was_merged
    from chain
    where merged_into_deal_id is null
)

select * from final
