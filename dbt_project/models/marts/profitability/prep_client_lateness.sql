{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

late_euros as (
    select
        client_id,
        effective_on as known_on,
        cashed_ttc_eur as weight_ttc_eur,
        cashed_ttc_eur * (effective_on - due_on) as euro_days
    from {{ ref('fct_cash_milestones') }}
    union all
    -- What is still overdue is at least as late as it is today: to leave it out would flatter the worst payers.
    select
        client_id,
        as_of_on as known_on,
        open_ttc_eur as weight_ttc_eur,
        open_ttc_eur * days_past_due as euro_days
    from {{ ref('fct_ar_instalment_monthly') }}
    where as_of_on = {{ as_of() }} and receivable_state = 'overdue'
),

windows as (
    select * from {{ ref('prep_profit_windows') }}
),

final as (
    select
        windows.window_label,
        late_euros.client_id,
        {{ divide('sum(late_euros.euro_days)', 'sum(late_euros.weight_ttc_eur)', 'decimal(9, 2)') }}
            as weighted_late_days
    from late_euros
    inner join windows on late_euros.known_on >= windows.from_on
    group by windows.window_label, late_euros.client_id
)

select * from final
