with

time_entries as (
    select * from {{ ref('int_time_entries') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

deals as (
    select
        survivors.deal_id,
        fct_deals.deal_id as surviving_deal_id,
        fct_deals.client_id
    from {{ ref('int_deal_survivors') }} as survivors
    inner join {{ ref('fct_deals') }} as fct_deals on survivors.surviving_deal_id = fct_deals.deal_id
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

final as (
    select
        time_entries.time_entry_id,
        orders.order_id,
        deals.surviving_deal_id as deal_id,
        coalesce(
            orders.client_id,
            deals.client_id,
            case when time_entries.client_id is not null then coalesce(identities.client_id, 'unknown') end
        ) as client_id,
        time_entries.resource_pool,
        time_entries.activity_kind,
        time_entries.worked_on,
        time_entries.hours,
        cast(round(time_entries.hours * time_entries.hourly_cost_eur, 2) as decimal(18, 2)) as time_cost_eur
    from time_entries
    left join orders on time_entries.order_id = orders.order_id
    left join deals on time_entries.deal_id = deals.deal_id
    left join identities on time_entries.client_id = identities.source_client_id
)

select * from final
