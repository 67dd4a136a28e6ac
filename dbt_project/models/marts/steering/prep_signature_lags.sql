{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- How long the euros that came in over the last year had taken from the signature to the bank, by type of client.
with

receipts as (
    select
        case when cells.is_every_type then 'all' else milestones.client_type end as client_type,
        milestones.cash_on - milestones.signed_on as lag_days,
        sum(milestones.cashed_ttc_eur) as cashed_ttc_eur,
        count(*) as receipt_count
    from {{ ref('fct_cash_milestones') }} as milestones
    cross join (values (false), (true)) as cells (is_every_type)
    where
        milestones.signed_on is not null
        and milestones.cash_on > {{ as_of() }} - 365
        and milestones.cash_on <= {{ as_of() }}
    group by case when cells.is_every_type then 'all' else milestones.client_type end, lag_days
),

cumulated as (
    select
        client_type,
        lag_days,
        sum(cashed_ttc_eur) over (partition by client_type order by lag_days) as cashed_by_then_ttc_eur,
        sum(cashed_ttc_eur) over (partition by client_type) as cashed_ttc_eur,
        sum(receipt_count) over (partition by client_type) as receipt_count
    from receipts
),

final as (
    select
        client_type,
        max(receipt_count) as receipt_count,
        cast(min(case when cashed_by_then_ttc_eur >= 0.1 * cashed_ttc_eur then lag_days end) as integer)
            as p10_lag_days,
        cast(min(case when cashed_by_then_ttc_eur >= 0.5 * cashed_ttc_eur then lag_days end) as integer)
            as p50_lag_days,
        cast(min(case when cashed_by_then_ttc_eur >= 0.9 * cashed_ttc_eur then lag_days end) as integer)
            as p90_lag_days
    from cumulated
    group by client_type
)

select * from final
