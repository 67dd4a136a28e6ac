{{ config(
    description='I9: opening and flows make the closing, in euros and in deals; every deal is in the pipeline as long as it is open.',
    meta={'dagster': {'ref': {'name': 'rpt_pipeline_bridge'}}},
) }}

with

bridge as (
    select
        *,
        bridge_month || ' / ' || close_window || ' / ' || team || ' / ' || segment as row_label,
        {{ month_end('bridge_month') }} + 1 as next_month
    from {{ ref('rpt_pipeline_bridge') }}
),

periods as (
    select
        *,
        lead(from_on) over (partition by deal_id order by from_on) as next_from_on,
        row_number() over (partition by deal_id order by from_on desc) as period_rank
    from {{ ref('fct_pipeline_daily') }}
),

last_periods as (
    select * from periods
    where period_rank = 1
),

versions as (
    select
        deal_id,
        max(case when is_removed then seen_on end) as removed_on
    from {{ ref('fct_deal_versions') }}
    group by deal_id
),

deals as (
    select
        deal_id,
        case when closed_on <= {{ as_of() }} then outcome else 'open' end as outcome
    from {{ ref('fct_deals') }}
    where created_on <= {{ as_of() }}
),

open_periods as (
    select
        count(*) as open_count,
        coalesce(sum(pipeline_ht_eur), 0) as open_ht_eur,
        coalesce(sum(pipeline_ht_eur * crm_probability_ratio), 0) as weighted_ht_eur
    from periods
    where pipeline_state = 'open' and to_on > {{ as_of() }}
),

failures as (
    select
        row_label,
        'one row per month, window, team and segment' as reason
    from bridge
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'the flows lead from the opening to the closing, in deals and to the cent' as reason
    from bridge
    where
        opening_count + created_count + reopened_count + pulled_in_count - pushed_out_count - won_count - lost_count
        - removed_count <> closing_count
        or coalesce(opening_ht_eur, 0) + coalesce(created_ht_eur, 0) + coalesce(reopened_ht_eur, 0)
        + coalesce(pulled_in_ht_eur, 0) + upsized_ht_eur - downsized_ht_eur - coalesce(pushed_out_ht_eur, 0)
        - coalesce(won_ht_eur, 0) - coalesce(lost_ht_eur, 0) - coalesce(removed_ht_eur, 0)
        <> coalesce(closing_ht_eur, 0)
    union all
    select
        coalesce(later.row_label, bridge.row_label) as row_label,
        'a month opens as the one before it closed' as reason
    from bridge
    full outer join bridge as later
        on
            bridge.next_month = later.bridge_month
            and bridge.close_window = later.close_window
            and bridge.team = later.team
            and bridge.segment = later.segment
    where
        coalesce(later.close_window, bridge.close_window) = 'all'
        and coalesce(bridge.next_month, later.bridge_month) <= {{ as_of() }}
        and (
            coalesce(bridge.closing_count, 0) <> coalesce(later.opening_count, 0)
            or coalesce(bridge.closing_ht_eur, 0) <> coalesce(later.opening_ht_eur, 0)
        )
    union all
    select
        'all' as row_label,
        'the bridge ends on the open deals' as reason
    from open_periods
    left join (
        select
            sum(closing_count) as closing_count,
            sum(closing_ht_eur) as closing_ht_eur
        from bridge
        where close_window = 'all' and next_month > {{ as_of() }}
    ) as closings on true
    where
        open_periods.open_count <> coalesce(closings.closing_count, 0)
        or open_periods.open_ht_eur <> coalesce(closings.closing_ht_eur, 0)
    union all
    select
        'all' as row_label,
        'weighted by its probabilities, the pipeline is not worth more' as reason
    from open_periods
    where weighted_ht_eur > open_ht_eur
    union all
    select
        periods.deal_id as row_label,
        'a deal is in one period at a time, from the first to the last without a gap while it is open' as reason
    from periods
    where
        periods.from_on >= periods.to_on
        or periods.next_from_on < periods.to_on
        or (periods.pipeline_state = 'open' and coalesce(periods.next_from_on, date '9999-12-31') <> periods.to_on)
    union all
    select
        coalesce(deals.deal_id, periods.deal_id) as row_label,
        'the pipeline ends as the deal did' as reason
    from deals
    full outer join last_periods as periods on deals.deal_id = periods.deal_id
    left join versions on periods.deal_id = versions.deal_id
    where
        coalesce(deals.outcome, case when versions.removed_on is not null then periods.pipeline_state end)
        is distinct from periods.pipeline_state
    union all
    select
        deal_id as row_label,
        'a deal enters the pipeline once' as reason
    from periods
    group by deal_id
    having count(*) filter (where is_entry) <> 1
)

select * from failures
