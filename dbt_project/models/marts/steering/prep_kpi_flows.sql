{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

days as (
    select * from {{ ref('prep_steering_days') }}
),

years as (
    select
        moves.kpi_id,
        days.as_of_on,
        sum(moves.move_eur) as observed_quantity,
        sum(moves.move_count) as observed_count
    from {{ ref('prep_kpi_moves') }} as moves
    inner join days on moves.moved_on between days.year_from_on and days.as_of_on
    group by moves.kpi_id, days.as_of_on
),

-- The part of the costs that a client bears: what no client caused is the pool.
coverages as (
    select
        days.as_of_on,
        {{ divide(
            'sum(cost_days.cost_eur) filter (where not cost_days.is_pool)', 'sum(cost_days.cost_eur)'
        ) }} as coverage_ratio
    from (
        select
            entry_on,
            client_id is null as is_pool,
            sum(entry_eur) as cost_eur
        from {{ ref('fct_margin_entries') }}
        where {{ is_cost_entry() }}
        group by entry_on, client_id is null
    ) as cost_days
    inner join days on cost_days.entry_on between days.year_from_on and days.as_of_on
    group by days.as_of_on
),

final as (
    select
        years.kpi_id,
        years.as_of_on,
        cast(years.observed_quantity as decimal(18, 6)) as observed_quantity,
        years.observed_count,
        case when years.kpi_id = 'real_margin' then coverages.coverage_ratio end as coverage_ratio,
        true as is_over
    from years
    left join coverages on years.as_of_on = coverages.as_of_on
)

select * from final
