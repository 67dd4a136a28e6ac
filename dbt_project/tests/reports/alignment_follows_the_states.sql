{{ config(
    description='The amounts of the alignment are those of the euro states and of the ledger, order by order; one above the former says why.',
    meta={'dagster': {'ref': {'name': 'rpt_promise_to_cash_alignment'}}},
) }}

with

alignment as (
    select * from {{ ref('rpt_promise_to_cash_alignment') }}
),

-- Of signatures alone, the report says nothing.
states as (
    select * from {{ ref('fct_order_euro_states') }}
    where
        as_of_on = {{ as_of() }}
        and (
            exists (select 1 from {{ ref('fct_deliveries') }})
            or exists (select 1 from {{ ref('fct_payment_allocations') }})
        )
),

-- Without final credit notes, and unless more is taken back than there was, what is delivered is what the ledger
-- delivers, up to what is ordered.
deliveries as (
    select
        order_id,
        greatest(0, least(
            sum(case when event_type = 'delivered' then event_ttc_eur else 0 end),
            sum(case when event_type in ('signed', 'amended', 'cancelled') then event_ttc_eur else 0 end)
        )) as delivered_ttc_eur
    from {{ ref('fct_revenue_chain_events') }}
    where order_id is not null and effective_on <= {{ as_of() }}
    group by order_id
    having
        count(*) filter (where event_type = 'credited_final') = 0
        and sum(case when event_type in ('invoiced', 'credited_rebill') then event_ttc_eur else 0 end) >= 0
        and sum(case when event_type in ('signed', 'amended', 'cancelled') then event_ttc_eur else 0 end) >= 0
),

failures as (
    select
        coalesce(alignment.order_id, states.order_id) as row_label,
        'the signed, invoiced and cashed euros are those of the states' as reason
    from alignment
    full outer join states on alignment.order_id = states.order_id
    where
        alignment.signed_net_ttc_eur is distinct from states.signed_ttc_eur - states.cancelled_or_credited_ttc_eur
        or alignment.cashed_ttc_eur <> states.cashed_ttc_eur
        or alignment.cashing_gap_ttc_eur
        <> states.invoiced_not_due_ttc_eur + states.retained_ttc_eur + states.overdue_ttc_eur
        + states.written_off_ttc_eur
        or alignment.invoicing_gap_ttc_eur
        <> states.delivered_to_invoice_ttc_eur - states.over_invoiced_ttc_eur - alignment.billed_ahead_ttc_eur
    union all
    select
        order_id as row_label,
        'the three gaps lead from the signed to the cashed euros' as reason
    from alignment
    where
        delivery_gap_ttc_eur + invoicing_gap_ttc_eur + cashing_gap_ttc_eur <> signed_net_ttc_eur - cashed_ttc_eur
        or delivery_gap_ttc_eur < 0
    union all
    select
        order_id as row_label,
        'an amount above the one before says why, and only that one' as reason
    from alignment
    where
        coalesce(invoicing_gap_ttc_eur < 0 or cashing_gap_ttc_eur < 0, false) <> (disorder_reason is not null)
    union all
    -- An exchange gain is cash above what was invoiced: it hides nothing of what is late.
    select
        alignment.order_id as row_label,
        'late euros are a part of their gap' as reason
    from alignment
    inner join states on alignment.order_id = states.order_id
    where
        alignment.delivery_late_ttc_eur > alignment.delivery_gap_ttc_eur
        or alignment.invoicing_late_ttc_eur
        > alignment.invoicing_gap_ttc_eur + alignment.over_invoiced_ttc_eur + alignment.billed_ahead_ttc_eur
        or alignment.cashing_late_ttc_eur > alignment.cashing_gap_ttc_eur - least(states.written_off_ttc_eur, 0)
    union all
    select
        alignment.order_id as row_label,
        'what is delivered is what the ledger delivers' as reason
    from alignment
    inner join deliveries on alignment.order_id = deliveries.order_id
    where alignment.delivered_ttc_eur <> deliveries.delivered_ttc_eur
)

select * from failures
