with

changes as (
    select * from {{ ref('fct_order_lines') }}
    where effective_on <= {{ as_of() }}
),

deliveries as (
    select * from {{ ref('fct_deliveries') }}
    where delivered_on <= {{ as_of() }}
),

offers as (
    select * from {{ ref('dim_offers') }}
),

loaded as (
    select exists(select 1 from {{ ref('fct_deliveries') }}) as has_deliveries
),

promised_lines as (
    select
        order_id,
        order_line_id,
        min(offer_id) as offer_id,
        sum(change_ht_eur) as net_ht,
        {{ first_known('promised_delivery_on', 'effective_on, order_line_change_id') }} as promised_first_on,
        {{ first_known('promised_delivery_on', 'effective_on desc, order_line_change_id desc') }} as promised_last_on
    from changes
    group by order_id, order_line_id
),

-- What a client returns was delivered all the same: it is credited, and not awaited again.
sent_lines as (
    select
        order_line_id,
        sum(greatest(delivered_ht_eur, 0)) as sent_ht,
        sum(least(delivered_ht_eur, 0)) as deducted_ht,
        max(delivered_on) filter (where delivered_ht_eur >= 0) as sent_on
    from deliveries
    group by order_line_id
),

-- A line that deducts is negative, and so is what is left of it.
lines as (
    select
        promised_lines.*,
        sent_lines.sent_on,
        case
            when promised_lines.net_ht < 0
                then least(promised_lines.net_ht - coalesce(sent_lines.deducted_ht, 0), 0)
            when promised_lines.net_ht is not null
                then greatest(promised_lines.net_ht - coalesce(sent_lines.sent_ht, 0), 0)
        end as unsent_ht
    from promised_lines
    left join sent_lines on promised_lines.order_line_id = sent_lines.order_line_id
),

progress as (
    select
        order_id,
        {{ first_known('offer_id', 'net_ht desc, offer_id') }} as main_offer_id,
        -- A line that is cancelled, or free, binds to no date.
        max(promised_first_on) filter (where net_ht <> 0) as promised_first_on,
        max(promised_last_on) filter (where net_ht <> 0) as promised_last_on,
        max(sent_on) as sent_on,
        sum(net_ht) as net_ht,
        sum(unsent_ht) as unsent_ht
    from lines
    group by order_id
),

-- Up to five cents of an order are roundings of its deliveries.
measured as (
    select
        progress.*,
        case
            when not loaded.has_deliveries or progress.unsent_ht is null then null
            when progress.unsent_ht > 0.05 then progress.unsent_ht
            else 0
        end as undelivered_ht
    from progress
    cross join loaded
),

final as (
    select
        orders.order_id,
        orders.order_number,
        orders.client_id,
        coalesce(deals.team, 'unknown') as team,
        coalesce(nullif(orders.sale_type, 'unknown'), offers.offer_kind, 'unknown') as sale_type,
        measured.main_offer_id,
        orders.signed_on,
        measured.promised_first_on,
        measured.promised_last_on,
        case when measured.undelivered_ht = 0 and measured.net_ht > 0 then measured.sent_on end as delivered_on,
        cast(measured.net_ht as decimal(18, 2)) as signed_net_ht_eur,
        cast(measured.net_ht - measured.undelivered_ht as decimal(18, 2)) as delivered_ht_eur,
        cast(measured.undelivered_ht as decimal(18, 2)) as undelivered_ht_eur
    from {{ ref('fct_orders') }} as orders
    left join measured on orders.order_id = measured.order_id
    left join {{ ref('fct_deals') }} as deals on orders.deal_id = deals.deal_id
    left join offers on measured.main_offer_id = offers.offer_id
    where orders.signed_on <= {{ as_of() }}
)

select * from final
