{#- The other entities each have a fact or a dimension whose key says the same. -#}
{%- set keys = {
    'int_owners': 'owner_id',
    'int_activities': 'activity_id',
    'int_list_prices': 'list_price_id',
    'int_capacity': 'capacity_id',
    'int_acquisition_costs': 'acquisition_cost_id',
} -%}
{{ config(
    description='A key names one row of its entity, whatever the number of senders.',
    meta={'dagster': {'ref': {'name': 'int_owners'}}},
) }}

{% for relation, key in keys.items() %}
    select
        '{{ relation }}' as relation,
        {{ key }} as duplicated_key
    from {{ ref(relation) }}
    group by {{ key }}
    having count(*) > 1
    {% if not loop.last %}union all{% endif %}
{% endfor %}
