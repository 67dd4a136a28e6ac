-- From the base event: to the end of its decade, + months, + days, to the month's end, + days, to the next payment day.
-- Both places that the days can have, before and after the month's end, are computed.
with

plans as (
    select * from {{ ref('int_instalment_plans') }}
),

terms as (
    select * from {{ ref('int_payment_terms') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
    where ht_doc_amount > 0
),

orders as (
    select * from {{ ref('int_orders') }}
),

agreed as (
    select
        plans.*,
        terms.base_event,
        terms.is_end_of_decade,
        terms.month_count,
        terms.days_before_month_end,
        terms.is_end_of_month,
        terms.days_after_month_end,
        terms.payment_day_list,
        terms.reading
    from plans
    left join terms
        on
            case when plans.is_under_terms then plans.payment_term_label end = terms.payment_term_label
            and plans.split_number = terms.split_number
),

delivery_bound as (
    select
        invoice_id,
        order_id,
        issued_on
    from agreed
    where base_event = 'delivery'
),

started as (
    select
        agreed.*,
        coalesce(billed.delivered_on, orders.signed_on, agreed.issued_on) as event_on
    from agreed
    left join {{ billed_deliveries('delivery_bound', 'deliveries') }} as billed on agreed.invoice_id = billed.invoice_id
    left join orders on case when agreed.base_event = 'order' then agreed.order_id end = orders.order_id
),

decades as (
    select
        *,
        case when is_end_of_decade then {{ decade_end('event_on') }} else event_on end as started_on
    from started
),

shifted as (
    select
        *,
        {{ add_months('started_on', 'month_count') }} as term_from_on,
        case when reading = 'eom_then_days' then days_after_month_end else days_before_month_end end as days_before,
        case when reading = 'eom_then_days' then 0 else days_after_month_end end as days_after
    from decades
),

reached as (
    select
        *,
        case
            when is_end_of_month then {{ month_end('term_from_on + days_before') }} + days_after
            else term_from_on + days_before + days_after
        end as days_first_on,
        case when is_end_of_month then {{ month_end('term_from_on') }} else term_from_on end + days_before + days_after
            as month_end_first_on
    from shifted
),

paid_on_days as (
    select
        *,
        {{ next_payment_day('days_first_on', 'payment_day_list') }} as days_first_payment_on,
        {{ next_payment_day('month_end_first_on', 'payment_day_list') }} as month_end_first_payment_on
    from reached
),

-- Nothing is due before it is invoiced.
final as (
    select
        instalment_id,
        invoice_id,
        client_id,
        instalment_number,
        instalment_kind,
        issued_on,
        native_due_on,
        payment_term_label,
        reading as label_reading,
        coalesce(is_end_of_month, false) as is_end_of_month,
        payment_day_list is not null as has_payment_day,
        case when base_event is not null then greatest(days_first_payment_on, issued_on) end as days_first_due_on,
        case when base_event is not null then greatest(month_end_first_payment_on, issued_on) end
            as month_end_first_due_on,
        due_doc_amount,
        document_ttc_eur,
        is_in_euro
    from paid_on_days
)

select * from final
