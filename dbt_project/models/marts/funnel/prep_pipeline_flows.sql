{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select
        deal_id,
        segment,
        coalesce(team, 'unknown') as team
    from {{ ref('fct_pipeline_daily') }}
    where is_entry
),

-- The quarter's window holds what is expected to close by its end, late deals included; a deal closed in it was in it.
windowed as (
    select
        months.*,
        windows.close_window,
        months.has_opening and (
            windows.close_window = 'all'
            or coalesce(months.opening_close_on <= {{ quarter_end('months.bridge_month') }}, false)
        ) as was_in,
        months.has_closing and (
            windows.close_window = 'all'
            or coalesce(months.closing_close_on <= {{ quarter_end('months.bridge_month') }}, false)
        ) as is_in,
        months.has_exit and not months.has_closing as is_closed
    from {{ ref('prep_pipeline_months') }} as months
    cross join (values ('all'), ('quarter')) as windows (close_window)
),

kinds as (
    select
        *,
        case
            when was_in or not (is_in or is_closed) then null
            when has_opening then 'pulled_in'
            else entry_kind
        end as way_in,
        case
            when is_in or not (was_in or is_closed) then null
            when is_closed then exit_kind
            else 'pushed_out'
        end as way_out
    from windowed
),

amounts as (
    select
        *,
        case when was_in or way_in = 'pulled_in' then opening_ht_eur else entry_ht_eur end as first_ht_eur,
        case when is_closed then exit_ht_eur else closing_ht_eur end as last_ht_eur
    from kinds
    where was_in or is_in or is_closed
),

final as (
    select
        amounts.bridge_month,
        amounts.close_window,
        deals.team,
        deals.segment,
        amounts.deal_id,
        amounts.was_in,
        amounts.way_in,
        amounts.way_out,
        amounts.is_in,
        amounts.first_ht_eur,
        amounts.last_ht_eur,
        coalesce(amounts.last_ht_eur, 0) - coalesce(amounts.first_ht_eur, 0) as resized_ht_eur,
        amounts.is_in
        and coalesce(amounts.closing_close_on < least({{ month_end('amounts.bridge_month') }}, {{ as_of() }}), false)
            as is_stale
    from amounts
    inner join deals on amounts.deal_id = deals.deal_id
)

select * from final
