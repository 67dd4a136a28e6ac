{{ config(
    description='I13: the euro-weighted legs add up exactly to the delay from quote to cash.',
    meta={'dagster': {'ref': {'name': 'rpt_cycle_times'}}},
) }}

with

legs as (
    select
        *,
        cohort_label || ' / ' || client_type as row_label
    from {{ ref('rpt_cycle_times') }}
),

failures as (
    select
        row_label || ' / ' || leg as row_label,
        'the grain is one row per cohort, client type and leg' as reason
    from legs
    group by row_label, leg
    having count(*) > 1
    union all
    select
        row_label,
        'the euro-weighted legs from quote to cash add up exactly to the total' as reason
    from legs
    group by row_label
    having
        sum(weighted_days) filter (where leg_position between 2 and 6)
        is distinct from sum(weighted_days) filter (where is_total)
    union all
    select
        row_label,
        'the legs share one base' as reason
    from legs
    group by row_label
    having count(distinct weighted_base_ttc_eur) > 1
    union all
    select
        row_label || ' / ' || leg as row_label,
        'the median is below the ninth decile' as reason
    from legs
    where median_days > p90_days
    union all
    select
        leg as row_label,
        'the cohorts and types of client add up to all' as reason
    from legs
    group by leg
    having
        sum(done_count) filter (where cohort_label <> 'all' and client_type <> 'all')
        <> sum(done_count) filter (where cohort_label = 'all' and client_type = 'all')
        or sum(waiting_count) filter (where cohort_label <> 'all' and client_type <> 'all')
        <> sum(waiting_count) filter (where cohort_label = 'all' and client_type = 'all')
)

select * from failures
