{%- set entities = [
    'clients', 'deals', 'quotes', 'quote_lines', 'orders', 'order_lines', 'deliveries', 'invoices', 'invoice_lines',
    'instalments', 'payments', 'allocations', 'time_entries', 'costs', 'acquisition_costs', 'activities', 'offers',
    'list_prices', 'capacity', 'owners'
] -%}

with

requirements as (
    select
        *,
        entity_label_fr || ' (' || reason_fr || ')' as usage_fr
    from {{ ref('map_report_requirements') }}
),

entities as (
    {%- for entity in entities %}
        select
            '{{ entity }}' as entity_name,
            exists(select 1 from {{ ref('int_' ~ entity) }}) as is_loaded
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

loaded_requirements as (
    select
        requirements.*,
        entities.is_loaded
    from requirements
    inner join entities on requirements.entity_name = entities.entity_name
),

requirement_groups as (
    select
        report_name,
        requirement_group,
        bool_or(is_loaded) as is_met,
        string_agg(entity_label_fr, ' ou ' order by entity_label_fr) as group_label_fr
    from loaded_requirements
    where requirement_group is not null
    group by report_name, requirement_group
),

blockers as (
    select
        report_name,
        bool_and(is_met) as is_available,
        string_agg(group_label_fr, ', ' order by group_label_fr) filter (where not is_met) as blocking_labels_fr
    from requirement_groups
    group by report_name
),

gaps as (
    select
        report_name,
        bool_and(is_loaded) as is_complete,
        string_agg(entity_name, ', ' order by entity_name) filter (where not is_loaded) as missing_entities,
        string_agg(usage_fr, ', ' order by entity_label_fr) filter (where not is_loaded) as usage_labels_fr
    from loaded_requirements
    group by report_name
),

final as (
    select
        gaps.report_name,
        coalesce(blockers.is_available, true) as is_available,
        gaps.is_complete,
        gaps.missing_entities,
        case
            when
                not blockers.is_available
                then 'Rapport sans réponse : il manque ' || blockers.blocking_labels_fr || '.'
            when not gaps.is_complete then 'Rapport partiel : il manque ' || gaps.usage_labels_fr || '.'
            else 'Toutes les données utiles sont chargées.'
        end as note_fr
    from gaps
    left join blockers on gaps.report_name = blockers.report_name
)

select * from final
