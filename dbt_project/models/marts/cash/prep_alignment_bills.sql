{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- When each order was invoiced and cashed. What is delivered and not invoiced, or invoiced and not cashed, counts at
-- its present age. An invoice that was taken back to be issued again is worth what is left of it.
with

waits as (
    select * from {{ ref('prep_delivery_waits') }}
    where is_standing
),

invoices as (
    select * from {{ ref('fct_invoices') }}
    where order_id is not null and issued_on <= {{ as_of() }}
),

rebills as (
    select
        credited_invoice_id,
        sum(invoiced_ttc_eur) as rebilled_ttc
    from invoices
    where doc_type = 'credit_note' and credit_reason = 'rebill'
    group by credited_invoice_id
),

standing_invoices as (
    select
        invoices.order_id,
        invoices.issued_on,
        greatest(invoices.invoiced_ttc_eur + coalesce(rebills.rebilled_ttc, 0), 0) as standing_ttc
    from invoices
    left join rebills on invoices.invoice_id = rebills.credited_invoice_id
    where invoices.doc_type <> 'credit_note'
),

invoiced_orders as (
    select
        order_id,
        {{ weighted_day('issued_on', 'standing_ttc') }} as invoiced_on
    from standing_invoices
    group by order_id
),

billed_orders as (
    select
        order_id,
        {{ divide('sum(part_ttc_eur * lag_days)', 'sum(part_ttc_eur)', 'decimal(9, 2)') }} as invoicing_gap_days,
        sum(part_ttc_eur) filter (where issued_on is null and month_end_on < {{ as_of() }}) as late_ttc
    from waits
    group by order_id
),

collections as (
    select
        order_id,
        cash_on,
        issued_on,
        cashed_ttc_eur as collected_ttc
    from {{ ref('fct_cash_milestones') }}
    where order_id is not null and effective_on <= {{ as_of() }}
    union all
    select
        order_id,
        null as cash_on,
        issued_on,
        open_ttc_eur as collected_ttc
    from {{ ref('fct_ar_instalment_monthly') }}
    where as_of_on = {{ as_of() }} and order_id is not null and open_ttc_eur > 0
),

cashed_orders as (
    select
        order_id,
        {{ weighted_day('cash_on', 'collected_ttc') }} as cashed_on,
        {{ divide(
            'sum(collected_ttc * (coalesce(cash_on, ' ~ as_of() ~ ') - issued_on))', 'sum(collected_ttc)', 'decimal(9, 2)'
        ) }} as cashing_gap_days
    from collections
    group by order_id
),

final as (
    select
        orders.order_id,
        invoiced_orders.invoiced_on,
        cashed_orders.cashed_on,
        billed_orders.invoicing_gap_days,
        cashed_orders.cashing_gap_days,
        billed_orders.late_ttc as invoicing_late_ttc
    from {{ ref('fct_orders') }} as orders
    left join invoiced_orders on orders.order_id = invoiced_orders.order_id
    left join billed_orders on orders.order_id = billed_orders.order_id
    left join cashed_orders on orders.order_id = cashed_orders.order_id
)

select * from final
