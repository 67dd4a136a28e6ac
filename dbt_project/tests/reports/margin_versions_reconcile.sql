{{ config(
    description='The last version of a margin is the margin reported, but for what was entered after the as-of day.',
    meta={'dagster': {'ref': {'name': 'rpt_deal_margin_versions'}}},
) }}

with

versions as (
    select * from {{ ref('rpt_deal_margin_versions') }}
),

orders as (
    select * from {{ ref('rpt_deal_economics') }}
),

later as (
    select order_id
    from {{ ref('fct_revenue_chain_events') }}
    where known_on > {{ as_of() }}
    group by order_id
),

failures as (
    select
        order_id || ' / ' || as_of_on as row_label,
        'the grain is one row per order and as-of day' as reason
    from versions
    group by order_id, as_of_on
    having count(*) > 1
    union all
    select
        orders.order_id as row_label,
        'revenue and costs, the late ones included, are those of the report' as reason
    from orders
    left join versions on orders.order_id = versions.order_id and versions.is_latest
    where
        versions.revenue_ht_eur + versions.cost_eur + versions.late_entries_eur
        is distinct from orders.real_margin_eur - orders.cost_of_credit_eur
        and orders.signed_on <= {{ as_of() }}
    union all
    select
        orders.order_id as row_label,
        'the cost of credit is that of the report' as reason
    from orders
    inner join versions on orders.order_id = versions.order_id and versions.is_latest
    left join later on orders.order_id = later.order_id
    where later.order_id is null and versions.cost_of_credit_eur is distinct from orders.cost_of_credit_eur
)

select * from failures
