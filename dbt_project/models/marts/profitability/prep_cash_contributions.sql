{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

new_clients as (
    select
        *,
        {{ months_between('first_signed_on', as_of()) }} as followed_months
    from {{ ref('prep_new_clients') }}
),

-- Cash received before tax, less what serving the client has cost: what pays an acquisition back.
flows as (
    select
        client_id,
        effective_on as flow_on,
        event_ht_eur as flow_eur
    from {{ ref('fct_revenue_chain_events') }}
    where event_type in ('paid', 'reversed') and effective_on <= {{ as_of() }}
    union all
    select
        client_id,
        entry_on as flow_on,
        entry_eur as flow_eur
    from {{ ref('fct_margin_entries') }}
    where {{ is_cost_entry() }} and client_id is not null
),

-- A client counts in its own cell, in its segment, in its quarter and in the company.
cell_clients as (
    select
        case when cells.is_every_cohort then 'all' else {{ quarter_label('new_clients.first_signed_on') }} end
            as cohort_label,
        case when cells.is_every_type then 'all' else new_clients.segment end as segment,
        new_clients.client_id,
        new_clients.first_signed_on,
        new_clients.followed_months
    from new_clients
    cross join {{ cohort_cells() }}
),

-- Month 0 is that of the first signature.
monthly as (
    select
        cell_clients.cohort_label,
        cell_clients.segment,
        greatest({{ months_between('cell_clients.first_signed_on', 'flows.flow_on') }}, 0) as month_number,
        sum(flows.flow_eur) as contribution_eur
    from cell_clients
    inner join flows on cell_clients.client_id = flows.client_id
    group by cell_clients.cohort_label, cell_clients.segment, month_number
),

-- Each month's mean is over the clients followed that long: recent ones count while they can be seen.
followed as (
    select
        monthly.cohort_label,
        monthly.segment,
        monthly.month_number,
        monthly.contribution_eur,
        count(cell_clients.client_id) as client_count
    from monthly
    inner join cell_clients
        on
            monthly.cohort_label = cell_clients.cohort_label
            and monthly.segment = cell_clients.segment
            and monthly.month_number <= cell_clients.followed_months
    group by monthly.cohort_label, monthly.segment, monthly.month_number, monthly.contribution_eur
),

final as (
    select
        cohort_label,
        segment,
        month_number,
        sum(contribution_eur / client_count) over (
            partition by cohort_label, segment order by month_number
        ) as cumulative_eur
    from followed
)

select * from final
