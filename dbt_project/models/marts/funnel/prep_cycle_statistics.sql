{%- set kinds = ['client_type', 'family'] -%}
{%- set leg_cell = 'cohort_label, perimeter_kind, perimeter_label, leg, leg_position' -%}
{%- set in_time = 'partition by ' ~ leg_cell ~ ' order by duration_days' -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

legs as (
    select * from {{ ref('prep_cycle_legs') }}
),

-- Nothing is known of a leg that no unit ever ended: its events are not loaded.
known_legs as (
    select leg from legs
    where started_on is not null and ended_on is not null
    group by leg
),

-- Units of one leg, cohort, type and family that last as long are counted once for all: cells then sum counts.
units as (
    select
        legs.leg,
        legs.leg_position,
        cast(extract(year from legs.entered_on) as varchar) as own_cohort_label,
        legs.client_type,
        legs.family,
        coalesce(legs.ended_on, legs.given_up_on, {{ as_of() }}) - legs.started_on as duration_days,
        count(legs.ended_on) as done_count,
        count(*) filter (where legs.ended_on is null and legs.given_up_on is null) as waiting_count,
        count(*) as unit_count
    from legs
    inner join known_legs on legs.leg = known_legs.leg
    where legs.started_on is not null
    group by legs.leg, legs.leg_position, own_cohort_label, legs.client_type, legs.family, duration_days
),

durations as (
    select
        case when cells.is_every_cohort then 'all' else units.own_cohort_label end as cohort_label,
        cells.perimeter_kind,
        {{ perimeter_label(kinds, 'units') }} as perimeter_label,
        units.leg,
        units.leg_position,
        units.duration_days,
        sum(units.done_count) as done_count,
        sum(units.waiting_count) as waiting_count,
        sum(units.unit_count) as unit_count
    from units
    cross join {{ perimeter_cells(kinds) }}
    group by
        case when cells.is_every_cohort then 'all' else units.own_cohort_label end,
        cells.perimeter_kind,
        {{ perimeter_label(kinds, 'units') }},
        units.leg,
        units.leg_position,
        units.duration_days
),

-- Kaplan-Meier: what still waits, and what was given up, counts as at risk until its own age.
followed as (
    select
        *,
        sum(done_count) over ({{ in_time }} rows between unbounded preceding and current row) as done_so_far_count,
        sum(done_count) over (partition by {{ leg_cell }}) as all_done_count,
        sum(unit_count) over ({{ in_time }} rows between current row and unbounded following) as at_risk_count
    from durations
),

survivals as (
    select
        *,
        {{ running_product('1 - done_count / at_risk_count', in_time) }} as still_waiting_ratio
    from followed
),

-- A quantile lies between the two units around its place in line.
final as (
    select
        {{ leg_cell }},
        cast(sum(done_count) as bigint) as done_count,
        cast(sum(waiting_count) as bigint) as waiting_count,
        cast(sum(unit_count - done_count - waiting_count) as bigint) as given_up_count,
        {{ divide('sum(done_count * duration_days)', 'sum(done_count)', 'decimal(9, 2)') }} as average_days,
        {%- for name, share in [('median', '0.5'), ('p90', '0.9')] %}
            {%- set place = share ~ ' * (all_done_count - 1)' %}
            {%- set below = 'min(duration_days) filter (where done_so_far_count > floor(' ~ place ~ '))' %}
            {%- set above = 'min(duration_days) filter (where done_so_far_count > ceil(' ~ place ~ '))' %}
            cast(
                {{ below }} + ({{ above }} - {{ below }}) * max({{ place }} - floor({{ place }})) as decimal(9, 2)
            ) as {{ name }}_days,
        {%- endfor %}
        cast(min(case when still_waiting_ratio <= 0.5 + 1e-12 then duration_days end) as decimal(9, 2))
            as censored_median_days
    from survivals
    group by {{ leg_cell }}
)

select * from final
