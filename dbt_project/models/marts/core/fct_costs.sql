with

costs as (
    select * from {{ ref('int_costs') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

-- The finest trace wins: the order's client, else the client named; neither is the unallocated pool.
final as (
    select
        costs.cost_id,
        orders.order_id,
        case
            when orders.order_id is not null then orders.client_id
            when costs.client_id is not null then coalesce(identities.client_id, 'unknown')
        end as client_id,
        costs.offer_id,
        costs.cost_kind,
        costs.cost_on,
        coalesce(costs.recorded_on, costs.cost_on) as recorded_on,
        costs.cost_eur,
        costs.ledger_account
    from costs
    left join orders on costs.order_id = orders.order_id
    left join identities on costs.client_id = identities.source_client_id
)

select * from final
