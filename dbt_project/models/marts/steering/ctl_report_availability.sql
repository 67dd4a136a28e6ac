{%- set entities = [
    'clients', 'deals', 'quotes', 'quote_lines', 'orders', 'order_lines', 'deliveries', 'invoices', 'invoice_lines',
    'instalments', 'payments', 'allocations', 'time_entries', 'costs'
] -%}

with

requirements as (
    select *, entity_label_fr || ' (' || reason_fr || ')' as usage_fr from {{ ref('map_report_requirements') }}
),

entities as (
    {%- for entity in entities %}
    select '{{ entity }}' as entity_name, exists (select 1 from {{ ref('int_' ~ entity) }}) as is_loaded
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

reports as (
    select
        requirements.report_name,
        bool_and(entities.is_loaded or not requirements.is_required) as is_available,
        bool_and(entities.is_loaded) as is_complete,
        string_agg(requirements.entity_name, ', ' order by requirements.entity_name)
            filter (where not entities.is_loaded) as missing_entities,
        string_agg(requirements.entity_label_fr, ', ' order by requirements.entity_name)
            filter (where not entities.is_loaded and requirements.is_required) as blocking_labels_fr,
        string_agg(requirements.usage_fr, ', ' order by requirements.entity_name)
            filter (where not entities.is_loaded and not requirements.is_required) as useful_labels_fr
    from requirements
    inner join entities on requirements.entity_name = entities.entity_name
    group by requirements.report_name
),

final as (
    select
        report_name,
        is_available,
        is_complete,
        missing_entities,
        case
            when not is_available then 'Rapport sans réponse : il manque ' || blocking_labels_fr || '.'
            when not is_complete then 'Rapport partiel : il manque ' || useful_labels_fr || '.'
            else 'Toutes les données utiles sont chargées.'
        end as note_fr
    from reports
)

select * from final
