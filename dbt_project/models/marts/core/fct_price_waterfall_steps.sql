with

-- Numbered, since narrow integers are cheaper to spread than keys; in order, so that a cent left over has one place.
cells as materialized (
    select
        *,
        row_number() over (order by carrier_id, offer_id, quarter_on) as cell_number
    from {{ ref('prep_price_cells') }}
),

groups as materialized (
    select
        *,
        row_number() over () as group_number
    from {{ ref('prep_price_groups') }}
),

carried as (
    select
        groups.group_number,
        cells.cell_number,
        groups.amount_eur,
        case groups.weighed_by
            when 'standard_cost' then cells.standard_cost_eur
            when 'revenue' then cells.carried_ht_eur
            else 1
        end as weight
    from groups
    inner join cells on groups.carrier_id = cells.carrier_id
),

parts as (
    select
        group_number,
        cell_number,
        part_eur
    from {{ largest_remainder('carried', 'amount_eur', 'weight', 'group_number', 'cell_number', 'part_eur') }}
),

steps as (
    select
        groups.step,
        groups.spread_over,
        groups.sale_id,
        groups.order_id,
        groups.client_id,
        cells.offer_id,
        cells.quarter_on,
        parts.part_eur as step_eur
    from parts
    inner join groups on parts.group_number = groups.group_number
    inner join cells on parts.cell_number = cells.cell_number
    where parts.part_eur <> 0

    union all

    select
        step,
        spread_over,
        sale_id,
        order_id,
        client_id,
        offer_id,
        quarter_on,
        amount_eur as step_eur
    from groups
    where carrier_id is null
),

final as (
    select
        step,
        spread_over,
        sale_id,
        order_id,
        client_id,
        offer_id,
        quarter_on,
        step_eur
    from steps
)

select * from final
