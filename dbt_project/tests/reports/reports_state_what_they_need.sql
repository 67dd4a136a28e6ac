{{ config(
    description='Every report is announced in the control of availability, and only those.',
    meta={'dagster': {'ref': {'name': 'ctl_report_availability'}}},
) }}

with

reports as (
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name.startswith('rpt_') %}
        select '{{ node.name }}' as report_name
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

availability as (
    select * from {{ ref('ctl_report_availability') }}
),

requirements as (
    select * from {{ ref('map_report_requirements') }}
),

failures as (
    select
        reports.report_name as row_label,
        'every report states what it needs' as reason
    from reports
    left join availability on reports.report_name = availability.report_name
    where availability.report_name is null
    union all
    select
        availability.report_name as row_label,
        'only reports that exist are announced' as reason
    from availability
    left join reports on availability.report_name = reports.report_name
    where reports.report_name is null
    union all
    select
        report_name || ' / ' || entity_name as row_label,
        'an entity is required once per report' as reason
    from requirements
    group by report_name, entity_name
    having count(*) > 1
    union all
    select
        requirements.report_name as row_label,
        'every requirement names an entity that the control looks at' as reason
    from requirements
    left join availability on requirements.report_name = availability.report_name
    where availability.report_name is null
)

select * from failures
