{{ config(
    description='I3: on each as-of day the states are the sum of the events until then, and what is open has aged as its due dates say.',
    meta={'dagster': {'ref': {'name': 'fct_order_euro_states'}}},
) }}

{%- set measures = [
    ('cashed', '', ['paid', 'reversed', 'credit_allocated']),
    ('cancelled', '-', ['cancelled', 'credited_final']),
    ('written_off', '', ['written_off']),
    ('signed', '', ['signed', 'amended']),
] %}

with

states as (
    select * from {{ ref('fct_order_euro_states') }}
),

days as (
    select as_of_on from {{ ref('dim_as_of') }}
),

-- An event before its order's signature is seen with the signature.
events as (
    select
        events.event_type,
        greatest(events.effective_on, orders.signed_on) as seen_on,
        events.event_ttc_eur
    from {{ ref('fct_revenue_chain_events') }} as events
    inner join {{ ref('fct_orders') }} as orders on events.order_id = orders.order_id
),

daily_events as (
    select
        seen_on,
        event_type,
        sum(event_ttc_eur) as event_ttc_eur
    from events
    group by seen_on, event_type
),

moved as (
    select
        cast(days.as_of_on as varchar) as compared_key,
        {%- for measure, sign, event_types in measures %}
        coalesce({{ sign }}sum(
            case when daily_events.event_type in ('{{ event_types | join("', '") }}') then daily_events.event_ttc_eur end
        ), 0) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    left join daily_events on days.as_of_on >= daily_events.seen_on
    group by days.as_of_on
),

read as (
    select
        cast(days.as_of_on as varchar) as compared_key,
        coalesce(sum(states.cashed_ttc_eur), 0) as cashed,
        coalesce(sum(states.cancelled_or_credited_ttc_eur), 0) as cancelled,
        coalesce(sum(states.written_off_ttc_eur), 0) as written_off,
        coalesce(sum(states.signed_ttc_eur), 0) as signed
    from days
    left join states on days.as_of_on = states.as_of_on
    group by days.as_of_on
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
        end as open_state,
        greatest(instalments.due_ttc_eur - coalesce(settled.settled_ttc_eur, 0), 0) as open_ttc_eur
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join {{ ref('fct_orders') }} as orders
        on instalments.order_id = orders.order_id and orders.signed_on <= {{ as_of() }}
    left join settled on instalments.instalment_id = settled.instalment_id
    where instalments.issued_on <= {{ as_of() }}
),

open_orders as (
    select
        order_id || ' ' || open_state as compared_key,
        sum(open_ttc_eur) as amount
    from open_instalments
    where open_ttc_eur <> 0
    group by order_id, open_state
),

latest_open as (
    {%- for open_state, column in [
        ('overdue', 'overdue_ttc_eur'), ('retained', 'retained_ttc_eur'), ('not_due', 'invoiced_not_due_ttc_eur')
    ] %}
    select
        order_id || ' {{ open_state }}' as compared_key,
        {{ column }} as amount
    from states
    where as_of_on = {{ as_of() }} and {{ column }} <> 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

{% for measure, sign, event_types in measures %}
{{ differences(
    measure, '(select compared_key, ' ~ measure ~ ' as amount from read)', '(select compared_key, ' ~ measure ~ ' as amount from moved)'
) }}
union all
{% endfor %}
{{ differences('open', 'latest_open', 'open_orders') }}
