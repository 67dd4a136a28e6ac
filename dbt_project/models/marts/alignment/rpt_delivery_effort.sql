with

orders as (
    select
        order_id,
        sale_type,
        coalesce(main_offer_id, 'unknown') as offer_id,
        delivered_on,
        delivered_ht_eur
    from {{ ref('fct_order_promises') }}
    where delivered_on is not null and delivered_ht_eur > 0
),

-- What is worked after the last delivery is after-sales: the promise did not need it.
order_hours as (
    select
        entries.order_id,
        entries.resource_pool,
        sum(entries.hours) as worked_hours
    from {{ ref('fct_time_entries') }} as entries
    inner join orders on entries.order_id = orders.order_id
    where entries.activity_kind in ('production', 'support', 'rework') and entries.worked_on <= orders.delivered_on
    group by entries.order_id, entries.resource_pool
),

timed_orders as (
    select order_id
    from order_hours
    group by order_id
    having sum(worked_hours) > 0
),

-- Each order counts in three cells: its offer, its type of sale, everything.
order_cells as (
    select
        orders.order_id,
        case when cells.is_every_type then 'all' else orders.sale_type end as sale_type,
        case when cells.is_every_offer then 'all' else orders.offer_id end as offer_id,
        orders.delivered_ht_eur,
        timed_orders.order_id is not null as is_timed
    from orders
    left join timed_orders on orders.order_id = timed_orders.order_id
    cross join (values (false, false), (false, true), (true, true)) as cells (is_every_type, is_every_offer)
),

cells as (
    select
        sale_type,
        offer_id,
        count(*) filter (where is_timed) as observed_order_count,
        sum(case when is_timed then delivered_ht_eur else 0 end) as delivered_ht_eur,
        {{ divide('sum(case when is_timed then delivered_ht_eur else 0 end)', 'sum(delivered_ht_eur)') }}
            as time_coverage_ratio
    from order_cells
    group by sale_type, offer_id
),

cell_hours as (
    select
        order_cells.sale_type,
        order_cells.offer_id,
        order_hours.resource_pool,
        sum(order_hours.worked_hours) as worked_hours
    from order_hours
    inner join order_cells on order_hours.order_id = order_cells.order_id
    where order_cells.is_timed
    group by order_cells.sale_type, order_cells.offer_id, order_hours.resource_pool
),

-- An offer may need every team that its type of sale needed.
efforts as (
    select
        cells.*,
        types.observed_order_count as type_order_count,
        type_hours.resource_pool,
        coalesce(cell_hours.worked_hours, 0) as worked_hours,
        {{ divide('1000 * coalesce(cell_hours.worked_hours, 0)', 'cells.delivered_ht_eur', 'decimal(9, 4)') }}
            as observed_keur_hours,
        {{ divide('1000 * type_hours.worked_hours', 'types.delivered_ht_eur', 'decimal(9, 4)') }} as type_keur_hours
    from cells
    inner join cells as types on cells.sale_type = types.sale_type and types.offer_id = 'all'
    inner join cell_hours as type_hours on cells.sale_type = type_hours.sale_type and type_hours.offer_id = 'all'
    left join cell_hours
        on
            cells.sale_type = cell_hours.sale_type
            and cells.offer_id = cell_hours.offer_id
            and type_hours.resource_pool = cell_hours.resource_pool
),

final as (
    select
        efforts.sale_type,
        efforts.offer_id,
        efforts.resource_pool,
        cast(efforts.observed_order_count as integer) as observed_order_count,
        cast(efforts.delivered_ht_eur as decimal(18, 2)) as delivered_ht_eur,
        cast(efforts.worked_hours as decimal(12, 2)) as worked_hours,
        efforts.time_coverage_ratio,
        efforts.observed_keur_hours,
        case
            when efforts.type_order_count >= thresholds.minimum_order_count and efforts.offer_id = 'all'
                then efforts.observed_keur_hours
            when efforts.type_order_count >= thresholds.minimum_order_count then {{ divide(
                'efforts.observed_order_count * coalesce(efforts.observed_keur_hours, 0) + '
                ~ 'thresholds.shrinkage_count * efforts.type_keur_hours',
                'efforts.observed_order_count + thresholds.shrinkage_count', 'decimal(9, 4)'
            ) }}
        end as estimated_keur_hours
    from efforts
    cross join {{ ref('prep_capacity_thresholds') }} as thresholds
)

select * from final
