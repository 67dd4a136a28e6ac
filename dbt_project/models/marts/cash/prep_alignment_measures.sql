{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

amounts as (
    select * from {{ ref('prep_alignment_amounts') }}
),

promises as (
    select * from {{ ref('prep_alignment_promises') }}
),

bills as (
    select * from {{ ref('prep_alignment_bills') }}
),

-- What a return or a credit note has settled is awaited no more.
measured as (
    select
        amounts.*,
        promises.promised_first_on,
        promises.promised_last_on,
        promises.delivered_on,
        promises.arrived_ttc,
        promises.arrived_euro_days,
        promises.awaited_ttc,
        promises.awaited_euro_days,
        case
            when amounts.delivered_ttc_eur is not null
                then least(promises.awaited_ttc, amounts.signed_net_ttc_eur - amounts.delivered_ttc_eur)
        end as delivery_late_ttc,
        bills.invoiced_on,
        bills.invoicing_gap_days,
        case
            when amounts.delivered_ttc_eur is not null and amounts.invoiced_ttc_eur is not null
                then coalesce(bills.invoicing_late_ttc, 0)
        end as invoicing_late_ttc,
        bills.cashed_on,
        case when amounts.cashed_ttc_eur is not null then bills.cashing_gap_days end as cashing_gap_days,
        amounts.overdue_ttc_eur as cashing_late_ttc
    from amounts
    inner join promises on amounts.order_id = promises.order_id
    inner join bills on amounts.order_id = bills.order_id
),

final as (
    select
        *,
        case
            when delivery_late_ttc is not null then {{ divide(
                'arrived_euro_days + coalesce(awaited_euro_days * delivery_late_ttc / nullif(awaited_ttc, 0), 0)',
                'arrived_ttc + delivery_late_ttc', 'decimal(9, 2)'
            ) }}
        end as delivery_gap_days
    from measured
)

select * from final
