{{ config(
    description='I11: each order signed has one promise, worth what is signed; it is delivered, or awaited.',
    meta={'dagster': {'ref': {'name': 'fct_order_promises'}}},
) }}

with

promises as (
    select * from {{ ref('fct_order_promises') }}
),

orders as (
    select
        order_id as compared_key,
        cast(null as decimal(18, 2)) as amount
    from {{ ref('fct_orders') }}
    where signed_on <= {{ as_of() }}
),

promised as (
    select
        order_id as compared_key,
        cast(null as decimal(18, 2)) as amount
    from promises
),

signed as (
    select
        order_id as compared_key,
        cast(sum(change_ht_eur) as decimal(18, 2)) as amount
    from {{ ref('fct_order_lines') }}
    where effective_on <= {{ as_of() }}
    group by order_id
),

promised_amounts as (
    select
        promises.order_id as compared_key,
        promises.signed_net_ht_eur as amount
    from promises
    inner join signed on promises.order_id = signed.compared_key
),

found as (
    {{ differences('each order signed has one promise', 'promised', 'orders') }}
    union all
    {{ differences('what was promised is what is signed', 'promised_amounts', 'signed') }}
),

failures as (
    select
        compared_key as row_label,
        reason
    from found
    union all
    select
        order_id as row_label,
        'an order is delivered, or something of it is left, or all of it is cancelled' as reason
    from promises
    where
        undelivered_ht_eur is not null and signed_net_ht_eur > 0.05
        and (delivered_on is null) = (undelivered_ht_eur = 0)
)

select * from failures
