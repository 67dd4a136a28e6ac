{%- set ways = [
    ('created', 'way_in', 'first_ht_eur'),
    ('reopened', 'way_in', 'first_ht_eur'),
    ('pulled_in', 'way_in', 'first_ht_eur'),
    ('pushed_out', 'way_out', 'last_ht_eur'),
    ('won', 'way_out', 'last_ht_eur'),
    ('lost', 'way_out', 'last_ht_eur'),
    ('removed', 'way_out', 'last_ht_eur'),
] -%}

with

flows as (
    select * from {{ ref('prep_pipeline_flows') }}
),

first_run as (
    select min(seen_on) as seen_on
    from {{ ref('fct_deal_versions') }}
),

cells as (
    select
        bridge_month,
        close_window,
        team,
        segment,
        count(*) filter (where was_in) as opening_count,
        {{ known_sum('first_ht_eur', 'was_in') }} as opening_ht_eur,
        {%- for way, column, amount in ways %}
            count(*) filter (where {{ column }} = '{{ way }}') as {{ way }}_count,
            {{ known_sum(amount, column ~ " = '" ~ way ~ "'") }} as {{ way }}_ht_eur,
        {%- endfor %}
        count(*) filter (where resized_ht_eur > 0) as upsized_count,
        {{ known_sum('resized_ht_eur', 'resized_ht_eur > 0') }} as upsized_ht_eur,
        count(*) filter (where resized_ht_eur < 0) as downsized_count,
        {{ known_sum('-resized_ht_eur', 'resized_ht_eur < 0') }} as downsized_ht_eur,
        {{ known_sum('last_ht_eur', 'first_ht_eur is null and last_ht_eur > 0') }} as first_priced_ht_eur,
        count(*) filter (where is_in) as closing_count,
        {{ known_sum('last_ht_eur', 'is_in') }} as closing_ht_eur,
        count(*) filter (where is_in and last_ht_eur is null) as closing_unpriced_count,
        count(*) filter (where is_stale) as closing_stale_count,
        {{ known_sum('last_ht_eur', 'is_stale') }} as closing_stale_ht_eur
    from flows
    group by bridge_month, close_window, team, segment
),

final as (
    select
        cells.bridge_month,
        cells.close_window,
        cells.team,
        cells.segment,
        -- Close dates have a history from the first run on.
        cells.close_window = 'all' or cells.bridge_month > first_run.seen_on as has_date_history,
        cells.opening_count,
        cells.created_count,
        cells.reopened_count,
        cells.pulled_in_count,
        cells.upsized_count,
        cells.downsized_count,
        cells.pushed_out_count,
        cells.won_count,
        cells.lost_count,
        cells.removed_count,
        cells.closing_count,
        cells.opening_ht_eur,
        cells.created_ht_eur,
        cells.reopened_ht_eur,
        cells.pulled_in_ht_eur,
        cells.upsized_ht_eur,
        cells.downsized_ht_eur,
        cells.pushed_out_ht_eur,
        cells.won_ht_eur,
        cells.lost_ht_eur,
        cells.removed_ht_eur,
        cells.closing_ht_eur,
        cells.first_priced_ht_eur,
        cells.closing_unpriced_count,
        cells.closing_stale_count,
        cells.closing_stale_ht_eur
    from cells
    cross join first_run
)

select * from final
