{{ config(materialized='ephemeral', contract={'enforced': false}) }}

{%- set entities = [
    ('deals', 'fct_pipeline_daily', 'from_on'),
    ('orders', 'fct_orders', 'signed_on'),
    ('deliveries', 'fct_deliveries', 'delivered_on'),
    ('invoices', 'fct_invoices', 'issued_on'),
    ('payments', 'fct_payments', 'paid_on'),
    ('costs', 'fct_costs', 'cost_on'),
] %}

with

seen as (
    {%- for entity, relation, day in entities %}
        select
            '{{ entity }}' as entity_name,
            {{ first_as_of(day) }} as seen_on,
            max({{ day }}) as last_on
        from {{ ref(relation) }}
        group by {{ first_as_of(day) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- The last day of which anything is known, on each as-of day.
final as (
    select
        seen.entity_name,
        days.as_of_on,
        max(seen.last_on) as last_on
    from seen
    inner join {{ ref('dim_as_of') }} as days on seen.seen_on <= days.as_of_on
    group by seen.entity_name, days.as_of_on
)

select * from final
