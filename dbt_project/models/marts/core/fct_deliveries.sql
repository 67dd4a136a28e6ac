with

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

orders as (
    select * from {{ ref('int_orders') }}
),

promised as (
    select
        order_line_id,
        min(order_id) as order_id,
        min(client_id) as client_id,
        min(offer_id) as offer_id,
        cast(sum(change_ht_eur) as decimal(18, 2)) as line_ht_eur,
        cast(sum(change_ttc_eur) as decimal(18, 2)) as line_ttc_eur
    from {{ ref('fct_order_lines') }}
    where change_kind <> 'cancellation'
    group by order_line_id
),

valued as (
    select
        deliveries.delivery_id,
        deliveries.order_line_id,
        promised.order_id,
        promised.client_id,
        promised.offer_id,
        deliveries.delivered_on,
        coalesce(deliveries.recorded_on, deliveries.delivered_on) as recorded_on,
        {{ to_eur('deliveries.ht_doc_amount', 'orders.currency_code', 'orders.exchange_rate') }} as delivered_ht_eur,
        promised.line_ht_eur,
        promised.line_ttc_eur,
        deliveries.evidence
    from deliveries
    inner join promised on deliveries.order_line_id = promised.order_line_id
    inner join orders on promised.order_id = orders.order_id
),

cumulated as (
    select
        *,
        cast(sum(delivered_ht_eur) over (
            partition by order_line_id order by delivered_on, delivery_id rows unbounded preceding
        ) as decimal(18, 2)) as reached_ht_eur
    from valued
),

bounded as (
    select
        *,
        cast(reached_ht_eur - coalesce(delivered_ht_eur, 0) as decimal(18, 2)) as left_ht_eur
    from cumulated
),

-- Tax follows the line cumulatively: a line delivered in whole is delivered to the cent, with tax.
final as (
    select
        delivery_id,
        order_line_id,
        order_id,
        client_id,
        offer_id,
        delivered_on,
        recorded_on,
        delivered_ht_eur,
        cast(coalesce(
            {{ prorate('line_ttc_eur', 'reached_ht_eur', 'line_ht_eur') }}
            - {{ prorate('line_ttc_eur', 'left_ht_eur', 'line_ht_eur') }},
            reached_ht_eur - left_ht_eur
        ) as decimal(18, 2)) as delivered_ttc_eur,
        evidence
    from bounded
)

select * from final
