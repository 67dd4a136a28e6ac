{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

survivors as (
    select * from {{ ref('int_deal_survivors') }}
),

activities as (
    select
        survivors.surviving_deal_id as deal_id,
        count(*) as activity_count,
        count(*) filter (where activities.activity_kind in ('meeting', 'demo')) as meeting_count
    from {{ ref('int_activities') }} as activities
    inner join survivors on activities.deal_id = survivors.deal_id
    where {{ paris_date('activities.occurred_at') }} <= {{ as_of() }}
    group by survivors.surviving_deal_id
),

-- What a tool that counts quotes sees: every version that was sent, at face value.
quotes as (
    select
        deal_id,
        count(*) as quote_count,
        sum(proposed_ht_eur) as quoted_ht_eur,
        count(*) filter (where state in ('signed', 'refused', 'expired')) as decided_quote_count,
        count(*) filter (where state = 'signed') as signed_quote_count
    from {{ ref('fct_quote_versions') }}
    where deal_id is not null and state <> 'draft' and issued_on <= {{ as_of() }}
    group by deal_id
),

final as (
    select
        coalesce(activities.deal_id, quotes.deal_id) as deal_id,
        activities.meeting_count,
        activities.activity_count,
        quotes.quote_count,
        quotes.quoted_ht_eur,
        quotes.decided_quote_count,
        quotes.signed_quote_count
    from activities
    full outer join quotes on activities.deal_id = quotes.deal_id
)

select * from final
