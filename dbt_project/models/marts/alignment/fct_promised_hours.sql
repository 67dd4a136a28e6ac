with

promises as (
    select * from {{ ref('prep_promises') }}
    where needed_ht_eur > 0
),

thresholds as (
    select * from {{ ref('prep_capacity_thresholds') }}
),

efforts as (
    select
        *,
        max(estimated_keur_hours) over (partition by sale_type, offer_id) as busiest_keur_hours
    from {{ ref('rpt_delivery_effort') }}
    where estimated_keur_hours is not null
),

known_offers as (
    select
        sale_type,
        offer_id
    from efforts
    where offer_id <> 'all'
    group by sale_type, offer_id
),

-- An offer never delivered takes what its type of sale takes; a sale of unknown type, what any sale takes. A type that
-- was never delivered has no estimate, and no row.
judged as (
    select
        promises.*,
        case when promises.sale_type = 'unknown' then 'all' else promises.sale_type end as effort_type,
        coalesce(known_offers.offer_id, 'all') as effort_offer_id
    from promises
    left join known_offers on promises.sale_type = known_offers.sale_type and promises.offer_id = known_offers.offer_id
),

estimated as (
    select
        judged.*,
        efforts.resource_pool,
        case
            when efforts.offer_id <> 'all' then 'offer'
            when efforts.sale_type <> 'all' then 'sale_type'
            else 'all'
        end as estimate_basis,
        efforts.observed_order_count,
        efforts.estimated_keur_hours,
        efforts.estimated_keur_hours >= thresholds.decisive_ratio * efforts.busiest_keur_hours as is_decisive,
        judged.needed_ht_eur * efforts.estimated_keur_hours * 0.001 as needed_hours
    from judged
    inner join efforts on judged.effort_type = efforts.sale_type and judged.effort_offer_id = efforts.offer_id
    cross join thresholds
),

final as (
    select
        promise_id,
        promise_kind,
        resource_pool,
        sale_type,
        offer_id,
        due_on,
        sale_type = 'subscription' as is_periodic,
        is_decisive,
        cast(needed_ht_eur as decimal(18, 2)) as needed_ht_eur,
        estimate_basis,
        cast(observed_order_count as integer) as observed_order_count,
        estimated_keur_hours,
        cast(round(needed_hours, 2) as decimal(12, 2)) as needed_hours,
        cast(probability_ratio as decimal(9, 6)) as probability_ratio,
        cast(round(needed_hours * probability_ratio, 2) as decimal(12, 2)) as expected_hours
    from estimated
)

select * from final
