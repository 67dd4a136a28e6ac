with

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where allocation_kind in ('payment', 'reversal', 'unallocated')
),

instalments as (
    select * from {{ ref('sim_instalments') }}
),

clients as (
    select
        client_id,
        client_type
    from {{ ref('dim_clients') }}
),

milestones as (
    select
        invoice_id,
        created_on,
        delivered_on
    from {{ ref('fct_invoice_milestones') }}
),

orders as (
    select
        order_id,
        known_on
    from {{ ref('sim_orders') }}
),

weeks as (
    select numbers.week_number
    from (
        values
        {% for week in range(1, 14) %}
            ({{ week }}){{ ',' if not loop.last }}
        {% endfor %}
    ) as numbers (week_number)
),

-- What belongs to no invoice (an overpayment, a refund) was in no layer.
receipts as (
    select
        greatest(allocations.recorded_on, allocations.cash_on) as known_on,
        allocations.cash_on,
        allocations.allocated_ttc_eur,
        clients.client_type,
        instalments.known_on as invoice_known_on,
        case when instalments.is_retention then instalments.due_on end as retained_until_on,
        case when instalments.instalment_id is not null then milestones.delivered_on end as delivered_on,
        case when instalments.instalment_id is not null then orders.known_on end as order_known_on,
        case when instalments.instalment_id is not null then milestones.created_on end as deal_created_on
    from allocations
    inner join clients on allocations.client_id = clients.client_id
    left join instalments on allocations.instalment_id = instalments.instalment_id
    left join milestones on allocations.invoice_id = milestones.invoice_id
    left join orders on allocations.order_id = orders.order_id
),

-- A week starts on the day after its origin, a Monday: cash of a Monday ends the week before.
placed as (
    select
        receipts.*,
        weeks.week_number,
        cast(date_trunc('week', receipts.cash_on - 1) as date) - 7 * (weeks.week_number - 1) as origin_on
    from receipts
    cross join weeks
),

final as (
    select
        known_on,
        origin_on,
        client_type,
        case
            when invoice_known_on <= origin_on and retained_until_on >= origin_on then 'retained'
            when invoice_known_on <= origin_on then 'receivables'
            when delivered_on <= origin_on then 'to_invoice'
            when order_known_on <= origin_on then 'undelivered'
            when deal_created_on <= origin_on then 'pipeline'
            else 'not_yet_known'
        end as layer,
        week_number,
        cast(sum(allocated_ttc_eur) * 100 as bigint) as received_ttc_cents
    from placed
    group by known_on, origin_on, client_type, layer, week_number
)

select * from final
