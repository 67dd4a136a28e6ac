{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

meant_days as (
    select * from {{ ref('prep_meant_days') }}
),

payments as (
    select
        as_of_on,
        client_id,
        stopped_on as paid_on,
        instrument,
        sum(lot_ttc_eur) as paid_ttc_eur
    from {{ ref('prep_payment_lots') }}
    where outcome = 'paid' and is_recent
    group by as_of_on, client_id, stopped_on, instrument
),

instruments as (
    select
        as_of_on,
        client_id,
        instrument,
        sum(paid_ttc_eur) as paid_ttc_eur
    from payments
    group by as_of_on, client_id, instrument
),

main_instruments as (
    select
        as_of_on,
        client_id,
        {{ first_known('instrument', 'paid_ttc_eur desc, instrument') }} as main_instrument,
        sum(paid_ttc_eur) as paid_ttc_eur
    from instruments
    group by as_of_on, client_id
),

habits as (
    select
        payments.as_of_on,
        payments.client_id,
        meant_days.month_day,
        sum(payments.paid_ttc_eur) as paid_ttc_eur,
        count(*) as payment_count
    from payments
    inner join meant_days on payments.paid_on = meant_days.paid_on
    group by payments.as_of_on, payments.client_id, meant_days.month_day
),

runs as (
    select
        habits.as_of_on,
        habits.client_id,
        string_agg(cast(habits.month_day as varchar), ', ' order by habits.month_day) as payment_runs
    from habits
    inner join main_instruments
        on habits.as_of_on = main_instruments.as_of_on and habits.client_id = main_instruments.client_id
    cross join thresholds
    where
        habits.paid_ttc_eur >= thresholds.run_day_ratio * main_instruments.paid_ttc_eur
        and habits.payment_count >= thresholds.run_payment_count
    group by habits.as_of_on, habits.client_id
    having sum(habits.paid_ttc_eur) >= min(thresholds.run_ratio * main_instruments.paid_ttc_eur)
),

final as (
    select
        main_instruments.as_of_on,
        main_instruments.client_id,
        main_instruments.main_instrument,
        runs.payment_runs
    from main_instruments
    left join runs
        on main_instruments.as_of_on = runs.as_of_on and main_instruments.client_id = runs.client_id
)

select * from final
