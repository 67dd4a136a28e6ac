with

cells as (
    select * from {{ ref('prep_acquisition_cells') }}
),

contributions as (
    select * from {{ ref('prep_cash_contributions') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

rated as (
    select
        cells.*,
        thresholds.payback_limit_months,
        case
            when cells.has_whole_cost and cells.signed >= thresholds.minimum_client_count
                then {{ divide('cells.lagged_cost', 'cells.signed', 'decimal(18, 2)') }}
        end as signed_client_cost_eur,
        case
            when cells.has_whole_cost and cells.confirmed >= thresholds.minimum_client_count
                then {{ divide('cells.lagged_cost', 'cells.confirmed', 'decimal(18, 2)') }}
        end as cash_client_cost_eur
    from cells
    cross join thresholds
),

ranked as (
    select
        *,
        row_number() over (
            partition by cohort_label, segment = 'all', signed_client_cost_eur is null
            order by signed_client_cost_eur desc, segment asc
        ) as cost_rank
    from rated
),

paybacks as (
    select
        rated.cohort_label,
        rated.segment,
        min(contributions.month_number) as payback_months
    from rated
    inner join contributions
        on
            rated.cohort_label = contributions.cohort_label
            and rated.segment = contributions.segment
            and rated.signed_client_cost_eur <= contributions.cumulative_eur
            and rated.payback_limit_months >= contributions.month_number
    group by rated.cohort_label, rated.segment
),

final as (
    select
        ranked.cohort_label,
        ranked.cohort_start_on,
        ranked.segment,
        ranked.segment = 'unattributed' as is_unattributed,
        ranked.marketing as marketing_eur,
        ranked.conquest_hours as conquest_hours_eur,
        ranked.lost_hours as lost_hours_eur,
        ranked.development_hours as development_hours_eur,
        cast(ranked.marketing + ranked.conquest_hours + ranked.development_hours as decimal(18, 2))
            as sales_and_marketing_eur,
        cast(case when ranked.segment <> 'all' then ranked.lag_days end as integer) as lag_days,
        ranked.has_whole_cost,
        ranked.lagged_cost as conquest_cost_eur,
        cast(ranked.signed as bigint) as new_signed_count,
        cast(ranked.confirmed as bigint) as new_cash_confirmed_count,
        ranked.signed_client_cost_eur,
        ranked.cash_client_cost_eur,
        case when ranked.segment <> 'all' and ranked.signed_client_cost_eur is not null then ranked.cost_rank end
            as cost_rank,
        cast(paybacks.payback_months as integer) as payback_months,
        ranked.signed_client_cost_eur is not null and paybacks.payback_months is null as is_payback_censored
    from ranked
    left join paybacks on ranked.cohort_label = paybacks.cohort_label and ranked.segment = paybacks.segment
)

select * from final
