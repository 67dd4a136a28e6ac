with

spends as (
    select * from {{ ref('int_acquisition_costs') }}
),

time_entries as (
    select * from {{ ref('fct_time_entries') }}
    where activity_kind = 'sales'
),

deals as (
    select * from {{ ref('fct_deals') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

-- A deal courts a new client where the CRM says so, or says nothing, and no order had been signed when it was opened.
courted as (
    select
        time_entries.time_entry_id,
        time_entries.client_id,
        deals.deal_id,
        deals.outcome,
        deals.channel,
        nullif(clients.segment, 'unknown') as segment,
        time_entries.worked_on,
        time_entries.hours,
        time_entries.time_cost_eur,
        coalesce(deals.deal_type = 'new', true)
        and coalesce(coalesce(deals.created_on, time_entries.worked_on) <= clients.first_signed_on, true)
            as is_new_business
    from time_entries
    left join deals on time_entries.deal_id = deals.deal_id
    left join clients on time_entries.client_id = clients.client_id
),

costs as (
    select
        'marketing:' || acquisition_cost_id as acquisition_cost_id,
        'marketing' as cost_basis,
        spent_month as spent_on,
        segment,
        channel,
        cast(null as varchar) as client_id,
        cast(null as varchar) as deal_id,
        false as is_lost,
        true as is_new_business,
        cast(null as decimal(9, 2)) as hours,
        cost_eur
    from spends

    union all

    select
        'time:' || time_entry_id as acquisition_cost_id,
        'sales_hours' as cost_basis,
        worked_on as spent_on,
        segment,
        channel,
        client_id,
        deal_id,
        coalesce(outcome = 'lost', false) as is_lost,
        is_new_business,
        hours,
        time_cost_eur as cost_eur
    from courted
),

final as (
    select
        acquisition_cost_id,
        cost_basis,
        spent_on,
        segment,
        channel,
        client_id,
        deal_id,
        is_lost,
        is_new_business,
        hours,
        cost_eur
    from costs
    where spent_on <= {{ as_of() }}
)

select * from final
