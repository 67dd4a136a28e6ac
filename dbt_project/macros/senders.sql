{# The senders in use: PILOTAGE_SENDERS, a comma-separated list. #}
{% macro active_senders() -%}
    {{ return(env_var('PILOTAGE_SENDERS', 'files').split(',') | map('trim') | reject('equalto', '') | list) }}
{%- endmacro %}


{# The active senders that can serve an entity, from the var `sender_entities`. #}
{% macro senders_of(entity) -%}
    {%- set serving = [] -%}
    {%- for sender in active_senders() -%}
        {%- set entities = var('sender_entities').get(sender) -%}
        {%- if entities is none -%}
            {%- do exceptions.raise_compiler_error(
                "PILOTAGE_SENDERS names '" ~ sender ~ "', which is not in the var sender_entities of dbt_project.yml: "
                ~ (var('sender_entities').keys() | join(', '))
            ) -%}
        {%- endif -%}
        {%- if entities == 'all' or entity in entities -%}
            {%- do serving.append(sender) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(serving) }}
{%- endmacro %}


{# One entity, whoever sends it: the union of `stg_<sender>__<entity>`, or an empty relation where no active sender has it.
   The columns are those of the calling model's contract. `recorded_on` is the day on which a row was entered: where the past is shown
   as it was known (`known_on`), what was entered later is left out. #}
{% macro union_senders(entity, recorded_on=none) -%}
    {%- set columns = model.columns.values() | list -%}
    {%- for sender in senders_of(entity) %}
select
    {{ columns | map(attribute='name') | join(',\n    ') }}
from {{ ref('stg_' ~ sender ~ '__' ~ entity) }}
        {%- if recorded_on and known_on() %}
where {{ is_known(recorded_on) }}
        {%- endif %}
{{ 'union all' if not loop.last }}
    {%- else %}
select
        {%- for column in columns %}
    cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
where false
    {%- endfor %}
{%- endmacro %}
