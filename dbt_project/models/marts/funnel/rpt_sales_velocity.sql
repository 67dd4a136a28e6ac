{%- set levers = {'entries': 'entered_count', 'win': 'win_in_time_ratio', 'value': 'average_signed_ht_eur'} -%}

with

velocities as (
    select * from {{ ref('prep_velocity_levers') }}
),

compared as (
    select
        velocities.*,
        earlier.velocity_ht_eur as earlier_velocity_ht_eur,
        velocities.velocity_ht_eur - earlier.velocity_ht_eur as change_ht_eur,
        {%- for lever, column in levers.items() %}
            ln({{ divide('velocities.' ~ column, 'earlier.' ~ column, 'double') }}) as {{ lever }}_log,
        {%- endfor %}
        ln({{ divide('velocities.velocity_ht_eur', 'earlier.velocity_ht_eur', 'double') }}) as velocity_log
    from velocities
    left join velocities as earlier
        on
            {{ months_before('velocities.cohort_start_on', 12) }} = earlier.cohort_start_on
            and velocities.perimeter_kind = earlier.perimeter_kind
            and velocities.perimeter_label = earlier.perimeter_label
),

-- A product has no order: each lever takes the share of the change that its logarithm has in that of the velocity.
shared as (
    select
        *,
        {%- for lever in levers %}
            cast(
                {{ lever }}_log
                * case when velocity_log = 0 then velocity_ht_eur else change_ht_eur / velocity_log end
                as decimal(18, 2)
            ) as {{ lever }}_effect_ht_eur{% if not loop.last %},{% endif %}
        {%- endfor %}
    from compared
),

-- The cycle takes what is left, the cents of rounding with it.
final as (
    select
        cohort_label,
        cohort_start_on,
        perimeter_kind,
        perimeter_label,
        is_mature,
        has_enough_deals,
        entered_count,
        won_count,
        signed_ht_eur,
        win_in_time_ratio,
        average_signed_ht_eur,
        cycle_days,
        velocity_ht_eur,
        earlier_velocity_ht_eur,
        cast(change_ht_eur as decimal(18, 2)) as change_ht_eur,
        entries_effect_ht_eur,
        win_effect_ht_eur,
        value_effect_ht_eur,
        cast(change_ht_eur - entries_effect_ht_eur - win_effect_ht_eur - value_effect_ht_eur as decimal(18, 2))
            as cycle_effect_ht_eur
    from shared
)

select * from final
