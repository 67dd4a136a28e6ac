{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

legs as (
    select
        leg,
        leg_position,
        cast(extract(year from entered_on) as varchar) as cohort_label,
        client_type,
        ended_on is not null as is_done,
        ended_on is null and given_up_on is null as is_waiting,
        coalesce(ended_on, given_up_on, {{ as_of() }}) - started_on as duration_days
    from {{ ref('prep_cycle_legs') }}
    where started_on is not null
),

-- Nothing is known of a leg that no unit ever ended: its events are not loaded.
known_legs as (
    select leg
    from legs
    where is_done
    group by leg
),

final as (
    select legs.*
    from legs
    inner join known_legs on legs.leg = known_legs.leg
)

select * from final
