{{ config(
    description='The velocity is the product of its four levers, and their effects are its change; every deal counts once.',
    meta={'dagster': {'ref': {'name': 'rpt_sales_velocity'}}},
) }}

with

velocities as (
    select
        *,
        cohort_label || ' / ' || perimeter_kind || ' / ' || perimeter_label as row_label
    from {{ ref('rpt_sales_velocity') }}
),

thresholds as (
    select max(threshold_value) as velocity_window_days
    from {{ ref('map_funnel_thresholds') }}
    where threshold_name = 'velocity_window_days'
),

known_deals as (
    select
        cast(date_trunc('quarter', deals.created_on) as date) as cohort_start_on,
        deals.signed_ht_eur,
        deals.outcome = 'won'
        and deals.closed_on <= {{ as_of() }}
        and {{ days_between('deals.created_on', 'deals.closed_on') }} <= thresholds.velocity_window_days
            as is_won_in_time
    from {{ ref('fct_deals') }} as deals
    cross join thresholds
    where deals.created_on <= {{ as_of() }}
),

deals as (
    select
        cohort_start_on,
        count(*) as deal_count,
        count(*) filter (where is_won_in_time) as won_count,
        coalesce(sum(signed_ht_eur) filter (where is_won_in_time), 0) as signed_ht_eur
    from known_deals
    group by cohort_start_on
),

sums as (
    select
        cohort_start_on,
        perimeter_kind,
        sum(entered_count) as deal_count,
        sum(won_count) as won_count,
        sum(coalesce(signed_ht_eur, 0)) as signed_ht_eur
    from velocities
    group by cohort_start_on, perimeter_kind
),

failures as (
    select
        row_label,
        'the grain is one row per quarter and perimeter' as reason
    from velocities
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'entries x win rate x value / days is the velocity, to the cent' as reason
    from velocities
    where
        abs(
            velocity_ht_eur
            - cast(entered_count * win_in_time_ratio as decimal(18, 6)) * average_signed_ht_eur / nullif(cycle_days, 0)
        ) > 0.005001
    union all
    select
        row_label,
        'the effects of the four levers are the change, to the cent' as reason
    from velocities
    where
        velocity_ht_eur - earlier_velocity_ht_eur is distinct from change_ht_eur
        or entries_effect_ht_eur + win_effect_ht_eur + value_effect_ht_eur + cycle_effect_ht_eur
        is distinct from change_ht_eur
    union all
    select
        velocities.row_label,
        'a longer cycle takes, a shorter one brings' as reason
    from velocities
    inner join velocities as earlier
        on
            {{ months_before('velocities.cohort_start_on', 12) }} = earlier.cohort_start_on
            and velocities.perimeter_kind = earlier.perimeter_kind
            and velocities.perimeter_label = earlier.perimeter_label
    where
        (velocities.cycle_days >= earlier.cycle_days and velocities.cycle_effect_ht_eur > 0.05)
        or (velocities.cycle_days <= earlier.cycle_days and velocities.cycle_effect_ht_eur < -0.05)
    union all
    select
        row_label,
        'only a mature cohort of enough deals has levers' as reason
    from velocities
    where (velocity_ht_eur is not null or win_in_time_ratio is not null) and not (is_mature and has_enough_deals)
    union all
    select
        coalesce(deals.cohort_start_on, sums.cohort_start_on) || ' / ' || coalesce(sums.perimeter_kind, 'none')
            as row_label,
        'every deal of a quarter, and every euro that it signed in time, counts once' as reason
    from deals
    full outer join sums on deals.cohort_start_on = sums.cohort_start_on
    where
        deals.deal_count is distinct from sums.deal_count
        or deals.won_count is distinct from sums.won_count
        or deals.signed_ht_eur is distinct from sums.signed_ht_eur
)

select * from failures
