with

orders as (
    select * from {{ ref('int_orders') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

survivors as (
    select * from {{ ref('int_deal_survivors') }}
),

change_totals as (
    select
        order_id,
        sum(case when change_kind <> 'cancellation' then change_ht_eur else 0 end) as signed_ht_eur,
        sum(case when change_kind <> 'cancellation' then change_ttc_eur else 0 end) as signed_ttc_eur,
        sum(case when change_kind = 'cancellation' then change_ht_eur else 0 end) as cancelled_ht_eur,
        sum(case when change_kind = 'cancellation' then change_ttc_eur else 0 end) as cancelled_ttc_eur,
        sum(case when change_kind = 'signature' then change_ht_eur else 0 end) as signature_ht_eur,
        sum(standard_cost_eur) as standard_cost_eur
    from {{ ref('fct_order_lines') }}
    group by order_id
),

final as (
    select
        orders.order_id,
        orders.order_number,
        clients.client_id,
        clients.client_type,
        clients.segment,
        survivors.surviving_deal_id as deal_id,
        orders.quote_id,
        coalesce(orders.sale_type, 'unknown') as sale_type,
        orders.signed_on,
        cast(coalesce(change_totals.signature_ht_eur, 0) as decimal(18, 2)) as signature_ht_eur,
        cast(coalesce(change_totals.signed_ht_eur, 0) as decimal(18, 2)) as signed_ht_eur,
        cast(coalesce(change_totals.signed_ttc_eur, 0) as decimal(18, 2)) as signed_ttc_eur,
        cast(coalesce(change_totals.cancelled_ht_eur, 0) as decimal(18, 2)) as cancelled_ht_eur,
        cast(coalesce(change_totals.cancelled_ttc_eur, 0) as decimal(18, 2)) as cancelled_ttc_eur,
        cast(change_totals.standard_cost_eur as decimal(18, 2)) as standard_cost_eur
    from orders
    left join identities on orders.client_id = identities.source_client_id
    inner join clients on coalesce(identities.client_id, 'unknown') = clients.client_id
    left join survivors on orders.deal_id = survivors.deal_id
    left join change_totals on orders.order_id = change_totals.order_id
)

select * from final
