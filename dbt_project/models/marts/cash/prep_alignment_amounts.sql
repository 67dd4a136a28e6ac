{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- How many euros of each order have reached each station at the as-of day. In the bridge, what is invoiced before its
-- delivery counts as delivered; here it is billed ahead, and a final credit note first takes it back.
with

states as (
    select * from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

progress as (
    select
        order_id,
        sum(case when event_type = 'delivered' then event_ttc_eur else 0 end) as delivered_ttc,
        sum(case when event_type in ('invoiced', 'credited_rebill') then event_ttc_eur else 0 end) as invoiced_ttc,
        sum(case when event_type = 'credited_final' then -event_ttc_eur else 0 end) as credited_ttc,
        sum(case when event_type in ('signed', 'amended', 'cancelled') then event_ttc_eur else 0 end) as ordered_ttc
    from {{ ref('fct_revenue_chain_events') }}
    where order_id is not null and effective_on <= {{ as_of() }}
    group by order_id
),

billed_ahead as (
    select
        order_id,
        greatest(
            least(invoiced_ttc, ordered_ttc) - greatest(least(delivered_ttc, ordered_ttc), 0) - credited_ttc, 0
        ) as billed_ahead_ttc
    from progress
),

reached as (
    select
        states.*,
        coalesce(billed_ahead.billed_ahead_ttc, 0) as billed_ahead_ttc_eur,
        states.signed_ttc_eur - states.cancelled_or_credited_ttc_eur as signed_net_ttc_eur,
        states.cashed_ttc_eur + states.invoiced_not_due_ttc_eur + states.retained_ttc_eur + states.overdue_ttc_eur
        + states.written_off_ttc_eur as invoiced_ttc_eur
    from states
    left join billed_ahead on states.order_id = billed_ahead.order_id
),

loaded as (
    select
        exists(select 1 from {{ ref('fct_deliveries') }}) as has_deliveries,
        exists(select 1 from {{ ref('fct_invoices') }}) as has_invoices,
        exists(select 1 from {{ ref('fct_payment_allocations') }}) as has_cash
),

final as (
    select
        reached.order_id,
        reached.client_id,
        reached.signed_on,
        reached.signed_net_ttc_eur,
        case
            when loaded.has_deliveries
                then
                    reached.signed_net_ttc_eur
                    - reached.undelivered_to_invoice_ttc_eur
                    - reached.billed_ahead_ttc_eur
        end as delivered_ttc_eur,
        case when loaded.has_invoices then reached.invoiced_ttc_eur end as invoiced_ttc_eur,
        case when loaded.has_cash then reached.cashed_ttc_eur end as cashed_ttc_eur,
        case when loaded.has_deliveries and loaded.has_invoices then reached.billed_ahead_ttc_eur end
            as billed_ahead_ttc_eur,
        case when loaded.has_invoices then reached.over_invoiced_ttc_eur end as over_invoiced_ttc_eur,
        case when loaded.has_cash then reached.overdue_ttc_eur end as overdue_ttc_eur
    from reached
    cross join loaded
    -- Of signatures alone, nothing says that they are kept.
    where loaded.has_deliveries or loaded.has_cash
)

select * from final
