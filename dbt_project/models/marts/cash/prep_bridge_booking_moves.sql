{#- Each step from the level signed to the level cash_of_month_bookings, with the euros of an order that it moves. -#}
{%- set steps = {
    'signed': 'signed_ttc_eur',
    'cancelled_or_credited': '-cancelled_or_credited_ttc_eur',
    'undelivered': '-undelivered_to_invoice_ttc_eur',
    'delivered_to_invoice': '-delivered_to_invoice_ttc_eur',
    'over_invoiced': 'over_invoiced_ttc_eur',
    'invoiced_not_due': '-invoiced_not_due_ttc_eur',
    'retained': '-retained_ttc_eur',
    'overdue': '-overdue_ttc_eur',
    'written_off': '-written_off_ttc_eur',
    'cash_of_month_bookings': 'cashed_ttc_eur',
} -%}
{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

bookings as (
    select * from {{ ref('prep_bridge_bookings') }}
),

final as (
    {%- for step, amount in steps.items() %}
        select
            bridge_month,
            segment,
            '{{ step }}' as step,
            'order' as subject_kind,
            order_id as subject_id,
            {{ amount }} as step_eur
        from bookings
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
