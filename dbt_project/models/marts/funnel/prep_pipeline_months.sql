{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

periods as (
    select * from {{ ref('fct_pipeline_daily') }}
),

months as (
    select
        cast(spine.day_on as date) as bridge_month,
        least({{ month_end('spine.day_on') }}, {{ as_of() }}) as ends_on
    from (select min(from_on) as first_on from periods) as start
    inner join {{ date_spine("date '2000-01-01'", as_of(), 'month') }} as spine
        on spine.day_on >= date_trunc('month', start.first_on)
),

month_ends as (
    select
        periods.deal_id,
        months.bridge_month,
        {{ month_end('months.bridge_month') }} + 1 as next_month,
        periods.pipeline_ht_eur,
        periods.expected_close_on
    from periods
    inner join months on periods.from_on <= months.ends_on and periods.to_on > months.ends_on
    where periods.pipeline_state = 'open'
),

-- A deal enters once a month: its creation, else its first reopening. It leaves once: its last closing.
entries as (
    select
        deal_id,
        cast(date_trunc('month', from_on) as date) as bridge_month,
        case when is_entry then 'created' else 'reopened' end as entry_kind,
        pipeline_ht_eur,
        row_number() over (partition by deal_id, date_trunc('month', from_on) order by from_on) as entry_number
    from periods
    where is_entry or is_reopening
),

exits as (
    select
        deal_id,
        cast(date_trunc('month', from_on) as date) as bridge_month,
        pipeline_state as exit_kind,
        pipeline_ht_eur,
        row_number() over (partition by deal_id, date_trunc('month', from_on) order by from_on desc) as exit_number
    from periods
    where pipeline_state <> 'open'
),

moments as (
    select
        deal_id,
        next_month as bridge_month,
        'opening' as moment,
        null as moment_kind,
        pipeline_ht_eur,
        expected_close_on
    from month_ends
    where next_month <= {{ as_of() }}
    union all
    select
        deal_id,
        bridge_month,
        'entry' as moment,
        entry_kind as moment_kind,
        pipeline_ht_eur,
        null as expected_close_on
    from entries
    where entry_number = 1
    union all
    select
        deal_id,
        bridge_month,
        'exit' as moment,
        exit_kind as moment_kind,
        pipeline_ht_eur,
        null as expected_close_on
    from exits
    where exit_number = 1
    union all
    select
        deal_id,
        bridge_month,
        'closing' as moment,
        null as moment_kind,
        pipeline_ht_eur,
        expected_close_on
    from month_ends
),

final as (
    select
        {%- for moment in ['opening', 'entry', 'exit', 'closing'] %}
            bool_or(moment = '{{ moment }}') as has_{{ moment }},
            max(case when moment = '{{ moment }}' then pipeline_ht_eur end) as {{ moment }}_ht_eur,
        {%- endfor %}
        max(case when moment = 'entry' then moment_kind end) as entry_kind,
        max(case when moment = 'exit' then moment_kind end) as exit_kind,
        max(case when moment = 'opening' then expected_close_on end) as opening_close_on,
        max(case when moment = 'closing' then expected_close_on end) as closing_close_on,
        deal_id,
        bridge_month
    from moments
    group by deal_id, bridge_month
)

select * from final
