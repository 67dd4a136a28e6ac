{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

arrivals as (
    select * from {{ ref('sim_arrivals') }}
),

-- Cash counts in its own cell, and in all types of client, all layers, the first four weeks together.
placed as (
    select
        arrivals.origin_on,
        case when cells.is_every_type then 'all' else arrivals.client_type end as client_type,
        case when cells.is_every_layer then 'all' else arrivals.layer end as layer,
        case when cells.is_first_weeks then '1-4' else cast(arrivals.week_number as varchar) end as horizon_label,
        arrivals.received_ttc_cents
    from arrivals
    cross join (
        values
        (false, false, false), (false, true, false), (true, false, false), (true, true, false),
        (false, false, true), (false, true, true), (true, false, true), (true, true, true)
    ) as cells (is_every_type, is_every_layer, is_first_weeks)
    where not cells.is_first_weeks or arrivals.week_number <= 4
),

final as (
    select
        origin_on,
        client_type,
        layer,
        horizon_label,
        {{ from_cents('sum(received_ttc_cents)') }} as received_ttc_eur
    from placed
    group by origin_on, client_type, layer, horizon_label
)

select * from final
