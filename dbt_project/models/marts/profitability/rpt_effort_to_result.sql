{%- set measures = [
    'hours', 'activities', 'minutes', 'opened', 'quotes', 'orders', 'complete_orders', 'signed', 'margin', 'cashed', 'cashed_margin'
] -%}

with

events as (
    select * from {{ ref('prep_team_events') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

-- What a team of one does is what a person does: its effort is not shown, its results are. Nor may it be told from what
-- all did less what the others did: the next smallest teams hide with it, until enough people are behind what hides.
team_sizes as (
    select
        team,
        count(*) as owner_count,
        coalesce(
            sum(count(*)) over (order by count(*), team rows between unbounded preceding and 1 preceding), 0
        ) as smaller_owner_count
    from {{ ref('int_owners') }}
    group by team
),

-- Of a company with a single seller, all is that person's too; where no owner is loaded, nobody can be told.
shown_teams as (
    select 'all' as team
    from team_sizes
    cross join thresholds
    having count(*) = 0 or sum(team_sizes.owner_count) >= max(thresholds.minimum_owner_count)
    union all
    select team_sizes.team
    from team_sizes
    cross join thresholds
    where
        team_sizes.owner_count >= thresholds.minimum_owner_count
        and (team_sizes.smaller_owner_count = 0 or team_sizes.smaller_owner_count >= thresholds.minimum_owner_count)
),

cell_events as (
    select
        case when cells.is_every_cohort then 'all' else {{ quarter_label('events.counted_on') }} end as cohort_label,
        case when not cells.is_every_cohort then cast(date_trunc('quarter', events.counted_on) as date) end
            as cohort_start_on,
        case when cells.is_every_type then 'all' else events.team end as team,
        events.measure,
        events.amount,
        events.worked_deal_id
    from events
    cross join {{ cohort_cells() }}
),

cells as (
    select
        {%- for measure in measures %}
            sum(case when measure = '{{ measure }}' then amount end) as {{ measure }},
        {%- endfor %}
        cohort_label,
        cohort_start_on,
        team,
        count(distinct worked_deal_id) as worked_count
    from cell_events
    group by cohort_label, cohort_start_on, team
),

shown as (
    select
        cells.*,
        shown_teams.team is not null as is_effort_shown,
        cells.worked_count >= thresholds.minimum_effort_count as has_enough_deals
    from cells
    cross join thresholds
    left join shown_teams on cells.team = shown_teams.team
),

final as (
    select
        cohort_label,
        cohort_start_on,
        team,
        is_effort_shown,
        has_enough_deals,
        case when is_effort_shown then worked_count end as worked_deal_count,
        cast(case when is_effort_shown then hours end as decimal(18, 2)) as sales_hours,
        cast(case when is_effort_shown then activities end as bigint) as activity_count,
        cast(case when is_effort_shown then minutes / 60 end as decimal(18, 2)) as activity_hours,
        cast(coalesce(opened, 0) as bigint) as opened_deal_count,
        cast(quotes as bigint) as quote_count,
        cast(coalesce(orders, 0) as bigint) as order_count,
        cast(coalesce(complete_orders, 0) as bigint) as complete_order_count,
        cast(coalesce(signed, 0) as decimal(18, 2)) as signed_net_ht_eur,
        cast(margin as decimal(18, 2)) as real_margin_eur,
        cast(cashed as decimal(18, 2)) as cashed_ht_eur,
        cast(cashed_margin as decimal(18, 2)) as cashed_margin_eur,
        case when is_effort_shown and has_enough_deals then {{ divide('margin', 'hours', 'decimal(18, 2)') }} end
            as margin_per_sales_hour_eur,
        case when is_effort_shown and has_enough_deals then {{ divide('cashed_margin', 'hours', 'decimal(18, 2)') }} end
            as cashed_margin_per_sales_hour_eur
    from shown
)

select * from final
