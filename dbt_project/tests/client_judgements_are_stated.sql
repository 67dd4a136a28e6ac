{{ config(
    description='The seeds by which clients are judged state each threshold, driver and bucket that is read, and no other.',
    meta={'dagster': {'ref': {'name': 'map_client_thresholds'}}},
) }}

with

thresholds as (
    select * from {{ ref('map_client_thresholds') }}
),

points as (
    select
        driver,
        max(points) as points
    from {{ ref('map_credit_risk_points') }}
    group by driver
),

rates as (
    select * from {{ ref('map_provision_rates') }}
),

read_names as (
    {%- for name in client_thresholds() %}
        select
            'threshold' as judgement,
            '{{ name }}' as judgement_name
        union all
    {%- endfor %}
    {%- for driver in risk_drivers() %}
        select
            'driver' as judgement,
            '{{ driver }}' as judgement_name
        union all
    {%- endfor %}
    {%- for bucket in ['not_due', '1-30', '31-60', '61-90', '91+', 'retained', 'insolvent'] %}
        select
            'bucket' as judgement,
            '{{ bucket }}' as judgement_name
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

stated_names as (
    select
        'threshold' as judgement,
        threshold_name as judgement_name
    from thresholds
    where threshold_value is not null
    union all
    select
        'driver' as judgement,
        driver as judgement_name
    from points
    union all
    select
        'bucket' as judgement,
        provision_bucket as judgement_name
    from rates
    where provision_rate_ratio between 0 and 1
),

failures as (
    select
        coalesce(read_names.judgement_name, stated_names.judgement_name) as row_label,
        'what is read is stated, and what is stated is read' as reason
    from read_names
    full outer join stated_names
        on
            read_names.judgement = stated_names.judgement
            and read_names.judgement_name = stated_names.judgement_name
    where read_names.judgement_name is null or stated_names.judgement_name is null
    union all
    select
        'all' as row_label,
        'the signs of risk add up to 100 points' as reason
    from points
    having sum(points) <> 100
)

select * from failures
