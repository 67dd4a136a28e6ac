{{ config(
    description='I26: the nine digits of a SIREN, every second one doubled, sum to a multiple of ten (Luhn).',
    severity='warn',
    meta={'dagster': {'ref': {'name': 'dim_clients'}}},
) }}

with

clients as (
    select
        client_id,
        siren
    from {{ ref('dim_clients') }}
    where siren is not null
),

checked as (
    select
        client_id,
        siren,
        {%- for position in range(1, 10) %}
            {%- set digit = 'cast(substr(siren, ' ~ position ~ ', 1) as integer)' %}
            {%- if position % 2 == 0 %}
                2 * {{ digit }} - case when {{ digit }} > 4 then 9 else 0 end
            {%- else %}
                {{ digit }}
            {%- endif %} {{ '+' if not loop.last }}
        {%- endfor %} as digit_sum
    from clients
)

select * from checked
where digit_sum % 10 <> 0
