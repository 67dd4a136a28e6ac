{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

risks as (
    select * from {{ ref('prep_client_risks') }}
    where unscorable_reason is null
),

points as (
    select * from {{ ref('map_credit_risk_points') }}
),

measures as (
    {%- for driver, measure in risk_drivers().items() %}
        select
            client_id,
            '{{ driver }}' as driver,
            cast({{ measure }} as double) as driver_value
        from risks
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- Of each driver, the highest threshold reached gives its points.
given_points as (
    select
        measures.client_id,
        points.driver_position,
        max(points.points) as points,
        points.driver_label_fr || case points.driver_unit
            when 'yes' then ''
            when 'ratio' then ' ' || cast(round(100 * max(measures.driver_value)) as bigint) || ' %'
            when 'days' then ' ' || cast(round(max(measures.driver_value)) as bigint) || ' j'
            else ' ' || cast(round(max(measures.driver_value)) as bigint)
        end as driver_fr
    from measures
    inner join points on measures.driver = points.driver and measures.driver_value >= points.driver_from
    group by measures.client_id, points.driver_position, points.driver_label_fr, points.driver_unit
),

final as (
    select
        client_id,
        sum(points) as risk_points,
        string_agg(driver_fr || ' (+' || points || ')', ' ; ' order by points desc, driver_position asc) as drivers_fr
    from given_points
    group by client_id
)

select * from final
