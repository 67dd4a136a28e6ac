{#- What the YAML of the reports says of their columns, so that a reader of the published file finds it beside them. -#}
{%- set measures = [] -%}
{%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name.startswith('rpt_') -%}
    {%- for column in node.columns.values() if column.config.meta.metric -%}
        {%- do measures.append((node.name, column.name, column.config.meta.label_fr, column.config.meta.metric)) -%}
    {%- endfor -%}
{%- endfor -%}

with

metrics as (
    select * from {{ ref('dim_metrics') }}
),

measures as (
    select
        listed.report_name,
        listed.column_name,
        listed.column_label_fr,
        listed.metric_id
    from (
        values
        {%- for report, column, label, metric in measures %}
            ('{{ report }}', '{{ column }}', '{{ label | replace("'", "''") }}', '{{ metric }}')
            {{- ',' if not loop.last }}
        {%- endfor %}
    ) as listed (report_name, column_name, column_label_fr, metric_id)
),

final as (
    select
        measures.report_name,
        measures.column_name,
        measures.column_label_fr,
        measures.metric_id,
        metrics.label_fr as metric_label_fr,
        metrics.formula,
        metrics.unit,
        metrics.tax_basis
    from measures
    left join metrics on measures.metric_id = metrics.metric_id
)

select * from final
