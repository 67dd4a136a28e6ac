{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

promises as (
    select * from {{ ref('prep_bridge_promises') }}
),

-- A deal whose amount or close date is unknown has promised nothing: its orders are unpromised.
bookings as (
    select
        bookings.*,
        promises.bridge_month as promised_month,
        promises.segment as promised_segment,
        promises.bridge_month <> bookings.bridge_month or promises.segment <> bookings.segment as is_moved
    from {{ ref('prep_bridge_bookings') }} as bookings
    left join promises on bookings.deal_id = promises.deal_id and promises.promised_ht_eur is not null
),

final as (
    select
        bridge_month,
        segment,
        'promised' as step,
        'deal' as subject_kind,
        deal_id as subject_id,
        promised_ht_eur as step_eur
    from promises

    union all

    select
        bridge_month,
        segment,
        'vat' as step,
        'deal' as subject_kind,
        deal_id as subject_id,
        promised_ttc_eur - promised_ht_eur as step_eur
    from promises
    where promised_ht_eur is not null

    union all

    select
        bridge_month,
        segment,
        fate as step,
        'deal' as subject_kind,
        deal_id as subject_id,
        -promised_ttc_eur as step_eur
    from promises
    where promised_ht_eur is not null and fate <> 'signed'

    union all

    select
        bridge_month,
        segment,
        'amount_change' as step,
        'deal' as subject_kind,
        deal_id as subject_id,
        signed_ttc_eur - promised_ttc_eur as step_eur
    from promises
    where promised_ht_eur is not null and fate = 'signed'

    union all

    select
        promised_month as bridge_month,
        promised_segment as segment,
        'pushed_out' as step,
        'deal' as subject_kind,
        deal_id as subject_id,
        -sum(signed_ttc_eur) as step_eur
    from bookings
    where is_moved
    group by promised_month, promised_segment, deal_id

    union all

    select
        bridge_month,
        segment,
        'pulled_in' as step,
        'deal' as subject_kind,
        deal_id as subject_id,
        sum(signed_ttc_eur) as step_eur
    from bookings
    where is_moved
    group by bridge_month, segment, deal_id

    union all

    select
        bridge_month,
        segment,
        'unpromised' as step,
        'order' as subject_kind,
        order_id as subject_id,
        signed_ttc_eur as step_eur
    from bookings
    where promised_month is null
)

select * from final
