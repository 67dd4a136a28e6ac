{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- The last Monday before a month speaks for that month, and for the two that follow.
promises as (
    select
        *,
        {{ months_between('snapshot_on', 'target_month') }} - 1 as horizon_months
    from {{ ref('fct_sales_forecast_snapshots') }}
    where snapshot_on + 7 > {{ month_end('snapshot_on') }} and target_month is not null and snapshot_on <= {{ as_of() }}
),

events as (
    select
        orders.deal_id,
        events.event_type in ('paid', 'reversed') as is_cash,
        events.effective_on,
        events.event_ht_eur
    from {{ ref('fct_revenue_chain_events') }} as events
    inner join {{ ref('fct_orders') }} as orders on events.order_id = orders.order_id
    where
        events.event_type in ('invoiced', 'credited_rebill', 'credited_final', 'paid', 'reversed')
        and orders.deal_id is not null
        and events.effective_on <= {{ as_of() }}
),

signatures as (
    select * from {{ ref('prep_deal_signatures') }}
),

outcomes as (
    select
        promises.snapshot_on,
        promises.deal_id,
        sum(events.event_ht_eur) filter (
            where not events.is_cash and events.effective_on <= promises.implied_invoice_on
        ) as invoiced_ht_eur,
        sum(events.event_ht_eur) filter (where events.is_cash and events.effective_on <= promises.implied_cash_on)
            as cashed_ht_eur
    from promises
    inner join events on promises.deal_id = events.deal_id
    group by promises.snapshot_on, promises.deal_id
),

-- What was signed before the promise is none of its outcome.
followed as (
    select
        promises.*,
        signatures.deal_id is not null as is_signed,
        signatures.signed_on,
        signatures.signed_ht_eur,
        outcomes.invoiced_ht_eur,
        outcomes.cashed_ht_eur
    from promises
    left join signatures on promises.deal_id = signatures.deal_id and promises.snapshot_on < signatures.signed_on
    left join outcomes on promises.snapshot_on = outcomes.snapshot_on and promises.deal_id = outcomes.deal_id
    where promises.horizon_months between 0 and 2
),

final as (
    select
        snapshot_on,
        is_backfilled,
        horizon_months,
        target_month,
        {{ month_end('target_month') }} as implied_signature_on,
        implied_invoice_on,
        implied_cash_on,
        segment,
        coalesce(team, 'unknown') as team,
        promised_ht_eur,
        weighted_ht_eur,
        cast(promised_ht_eur * crm_probability_ratio as decimal(18, 2)) as crm_weighted_ht_eur,
        signed_on,
        case when is_signed then coalesce(signed_ht_eur, promised_ht_eur, 0) end as signed_ht_eur,
        case when is_signed then coalesce(invoiced_ht_eur, 0) else 0 end as invoiced_ht_eur,
        case when is_signed then coalesce(cashed_ht_eur, 0) else 0 end as cashed_ht_eur
    from followed
)

select * from final
