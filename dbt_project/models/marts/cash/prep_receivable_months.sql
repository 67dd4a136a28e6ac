{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

receivable_days as (
    select * from {{ ref('prep_receivable_days') }}
),

-- The cent is rounded once for each rate of the month.
rated as (
    select
        client_id,
        as_of_on,
        yearly_rate_ratio,
        max(receivable_ttc_eur) as peak_receivable_ttc_eur,
        sum(receivable_ttc_eur * lasting_days) as receivable_euro_days,
        sum(overdue_ttc_eur * lasting_days) as overdue_euro_days,
        cast(sum(carried_ttc_eur * lasting_days) as decimal(18, 2)) as carried_euro_days
    from receivable_days
    group by client_id, as_of_on, yearly_rate_ratio
),

final as (
    select
        client_id,
        as_of_on,
        max(peak_receivable_ttc_eur) as peak_receivable_ttc_eur,
        sum(receivable_euro_days) as receivable_euro_days,
        sum(overdue_euro_days) as overdue_euro_days,
        sum(carried_euro_days) as carried_euro_days,
        case
            when count(*) = count(yearly_rate_ratio)
                then cast(sum({{ prorate('carried_euro_days', 'yearly_rate_ratio', '365') }}) as decimal(18, 2))
        end as financing_cost_eur
    from rated
    group by client_id, as_of_on
)

select * from final
