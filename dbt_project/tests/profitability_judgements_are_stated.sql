{{ config(
    description='The seed of thresholds states each one that the profitability reports read, and no other; size bands leave no gap.',
    meta={'dagster': {'ref': {'name': 'map_profitability_thresholds'}}},
) }}

with

read_names as (
    {%- for name in profitability_thresholds() %}
        select '{{ name }}' as threshold_name
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

stated_names as (
    select threshold_name
    from {{ ref('map_profitability_thresholds') }}
    where threshold_value is not null
),

failures as (
    select
        coalesce(read_names.threshold_name, stated_names.threshold_name) as row_label,
        'what is read is stated, and what is stated is read' as reason
    from read_names
    full outer join stated_names on read_names.threshold_name = stated_names.threshold_name
    where read_names.threshold_name is null or stated_names.threshold_name is null
    union all
    select
        'all' as row_label,
        'the smallest band begins at nothing' as reason
    from {{ ref('map_deal_size_bands') }}
    having min(size_from_ht_eur) is distinct from 0
)

select * from failures
