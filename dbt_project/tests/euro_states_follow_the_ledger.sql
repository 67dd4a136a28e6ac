{{ config(
    description='I3: on each as-of day the states are the sum of the events until then; what is open has aged as its due dates say.',
    meta={'dagster': {'ref': {'name': 'fct_order_euro_states'}}},
) }}

{%- set followed = {
    'signed': 'signed_ttc_eur',
    'cashed': 'cashed_ttc_eur',
    'cancelled': 'cancelled_or_credited_ttc_eur',
    'written_off': 'written_off_ttc_eur',
} %}
{%- set aged = {
    'not_due': 'invoiced_not_due_ttc_eur',
    'retained': 'retained_ttc_eur',
    'overdue': 'overdue_ttc_eur',
} %}

with

states as (
    select * from {{ ref('fct_order_euro_states') }}
),

days as (
    select as_of_on from {{ ref('dim_as_of') }}
),

-- An event before its order's signature is seen with the signature.
moves as (
    select
        greatest(events.effective_on, orders.signed_on) as seen_on,
        case
            when events.event_type in ('signed', 'amended') then 'signed'
            when events.event_type in ('paid', 'reversed', 'credit_allocated') then 'cashed'
            when events.event_type in ('cancelled', 'credited_final') then 'cancelled'
            when events.event_type = 'written_off' then 'written_off'
        end as measure,
        case when events.event_type in ('cancelled', 'credited_final') then -1 else 1 end * events.event_ttc_eur
            as moved_ttc_eur
    from {{ ref('fct_revenue_chain_events') }} as events
    inner join {{ ref('fct_orders') }} as orders on events.order_id = orders.order_id
),

daily_moves as (
    select
        seen_on,
        measure,
        sum(moved_ttc_eur) as moved_ttc_eur
    from moves
    where measure is not null
    group by seen_on, measure
),

settled as (
    select
        instalment_id,
        sum(allocated_ttc_eur) as settled_ttc_eur
    from {{ ref('fct_payment_allocations') }}
    where effective_on <= {{ as_of() }}
    group by instalment_id
),

open_instalments as (
    select
        instalments.order_id,
        case
            when instalments.due_on < {{ as_of() }} then 'overdue'
            when instalments.instalment_kind = 'retention' then 'retained'
            else 'not_due'
        end as measure,
        greatest(instalments.due_ttc_eur - coalesce(settled.settled_ttc_eur, 0), 0) as open_ttc_eur
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join {{ ref('fct_orders') }} as orders on instalments.order_id = orders.order_id
    left join settled on instalments.instalment_id = settled.instalment_id
    where instalments.issued_on <= {{ as_of() }} and orders.signed_on <= {{ as_of() }}
),

expected as (
    select
        days.as_of_on || ' ' || daily_moves.measure as compared_key,
        sum(daily_moves.moved_ttc_eur) as amount
    from days
    inner join daily_moves on days.as_of_on >= daily_moves.seen_on
    group by days.as_of_on, daily_moves.measure
    having sum(daily_moves.moved_ttc_eur) <> 0
    union all
    select
        order_id || ' ' || measure as compared_key,
        sum(open_ttc_eur) as amount
    from open_instalments
    where open_ttc_eur <> 0
    group by order_id, measure
),

found as (
    {% for measure, column in followed.items() %}
        select
            as_of_on || ' {{ measure }}' as compared_key,
            sum({{ column }}) as amount
        from states
        group by as_of_on
        having sum({{ column }}) <> 0
        union all
    {% endfor %}
    {% for measure, column in aged.items() %}
        select
            order_id || ' {{ measure }}' as compared_key,
            {{ column }} as amount
        from states
        where as_of_on = {{ as_of() }} and {{ column }} <> 0
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

{{ differences('state', 'found', 'expected') }}
