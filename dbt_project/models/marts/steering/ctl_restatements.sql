with

days as (
    select * from {{ ref('prep_steering_days') }}
    where as_of_on >= {{ months_before(as_of(), 12) }}
),

kpis as (
    select * from {{ ref('map_scorecard_kpis') }}
),

kpi_values as (
    select * from {{ ref('fct_kpi_values') }}
),

moves as (
    select * from {{ ref('prep_kpi_moves') }}
),

-- What came to be known after a day it should have counted on.
late as (
    select
        moves.kpi_id,
        days.as_of_on,
        said_days.as_of_on as said_on,
        sum(moves.move_eur) as late_eur
    from moves
    inner join days
        on moves.moved_on between days.year_from_on and days.as_of_on and moves.known_on > days.as_of_on
    inner join days as said_days
        on days.as_of_on <= said_days.as_of_on and moves.known_on > said_days.as_of_on
    group by moves.kpi_id, days.as_of_on, said_days.as_of_on
),

knowable as (
    select kpi_id from moves
    group by kpi_id
),

recomputed as (
    select
        kpi_values.kpi_id,
        kpi_values.as_of_on,
        said_days.as_of_on as said_on,
        kpi_values.observed_quantity - coalesce(late.late_eur, 0) as said_quantity,
        false as is_frozen
    from kpi_values
    inner join knowable on kpi_values.kpi_id = knowable.kpi_id
    inner join days on kpi_values.as_of_on = days.as_of_on
    inner join days as said_days on kpi_values.as_of_on <= said_days.as_of_on
    left join late
        on
            kpi_values.kpi_id = late.kpi_id
            and kpi_values.as_of_on = late.as_of_on
            and said_days.as_of_on = late.said_on
),

said as (
    select
        kpi_id,
        as_of_on,
        said_on,
        said_quantity,
        true as is_frozen
    from {{ ref('fct_scorecard_snapshots') }}
    union all
    select * from recomputed
),

-- What was really said comes before what would have been.
ranked as (
    select
        *,
        row_number() over (partition by kpi_id, as_of_on, said_on order by is_frozen desc) as said_rank
    from said
),

final as (
    select
        ranked.kpi_id,
        ranked.as_of_on,
        ranked.said_on,
        kpis.kpi_label_fr,
        kpis.unit,
        ranked.is_frozen,
        cast(ranked.said_quantity as decimal(18, 6)) as said_quantity,
        kpi_values.observed_quantity as said_now_quantity,
        cast(kpi_values.observed_quantity - ranked.said_quantity as decimal(18, 6)) as delta_quantity,
        {{ divide('kpi_values.observed_quantity - ranked.said_quantity', 'abs(ranked.said_quantity)') }} as delta_ratio
    from ranked
    inner join kpis on ranked.kpi_id = kpis.kpi_id
    left join kpi_values on ranked.kpi_id = kpi_values.kpi_id and ranked.as_of_on = kpi_values.as_of_on
    where ranked.said_rank = 1
)

select * from final
