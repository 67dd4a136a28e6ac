{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

snapshots as (
    select * from {{ ref('fct_cash_forecast_snapshots') }}
    where period_to_on <= {{ as_of() }}
),

outcomes as (
    select * from {{ ref('prep_cash_outcomes') }}
),

-- A week in which nothing came is an outcome of 0.
final as (
    select
        snapshots.*,
        coalesce(outcomes.received_ttc_eur, 0) as actual_ttc_eur
    from snapshots
    left join outcomes
        on
            snapshots.snapshot_on = outcomes.origin_on
            and snapshots.client_type = outcomes.client_type
            and snapshots.layer = outcomes.layer
            and snapshots.horizon_label = outcomes.horizon_label
)

select * from final
