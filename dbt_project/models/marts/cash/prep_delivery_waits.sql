{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What each part delivered has waited for its invoice, and what the wait costs. What was returned or cancelled is left
-- out; of a part whose invoice was taken back, only the row of its present turn stands, but each turn has its cost.
with

billings as (
    select * from {{ ref('fct_delivery_billings') }}
    where ended_on is null
),

clients as (
    select
        client_id,
        client_name,
        client_type,
        segment,
        coalesce(team, 'unknown') as team
    from {{ ref('dim_clients') }}
),

rates as (
    select * from {{ ref('legal_credit_cost_rates') }}
),

working_days as (
    select
        month,
        date_on,
        row_number() over (partition by month order by date_on desc) as days_to_month_end
    from {{ ref('dim_dates') }}
    where is_fr_business_day
),

dated as (
    select
        billings.*,
        clients.client_name,
        clients.client_type,
        clients.segment,
        clients.team,
        {{ month_end('billings.delivered_on') }} as month_end_on,
        coalesce(billings.issued_on, {{ as_of() }}) - billings.delivered_on as lag_days,
        greatest(coalesce(billings.issued_on, {{ as_of() }}) - billings.waiting_from_on, 0) as waited_days,
        coalesce(billings.issued_on >= working_days.date_on, false) as is_issued_at_closing
    from billings
    inner join clients on billings.client_id = clients.client_id
    left join working_days
        on
            cast(date_trunc('month', billings.issued_on) as date) = working_days.month
            and working_days.days_to_month_end = 3
    -- Without a single invoice loaded, everything would seem to wait.
    where exists (select 1 from {{ ref('fct_invoices') }})
),

final as (
    select
        dated.*,
        {{ prorate('dated.part_ttc_eur * dated.waited_days', 'rates.yearly_rate_ratio', '365') }} as delay_cost_eur
    from dated
    left join rates on dated.delivered_on between rates.valid_from_on and rates.valid_to_on
)

select * from final
