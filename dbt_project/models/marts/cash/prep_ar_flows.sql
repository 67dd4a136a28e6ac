{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

client_flows as (
    select
        client_id,
        issued_on as flow_on,
        invoiced_ttc_eur as sales_ttc_eur,
        0 as cashed_ttc_eur,
        0 as late_euro_days
    from {{ ref('fct_invoices') }}
    union all
    select
        client_id,
        effective_on as flow_on,
        0 as sales_ttc_eur,
        cashed_ttc_eur,
        cashed_ttc_eur * (effective_on - due_on) as late_euro_days
    from {{ ref('fct_cash_milestones') }}
),

final as (
    select
        perimeters.perimeter_kind,
        perimeters.perimeter_label,
        client_flows.flow_on,
        sum(client_flows.sales_ttc_eur) as sales_ttc_eur,
        sum(client_flows.cashed_ttc_eur) as cashed_ttc_eur,
        sum(client_flows.late_euro_days) as late_euro_days
    from client_flows
    inner join {{ ref('prep_client_perimeters') }} as perimeters on client_flows.client_id = perimeters.client_id
    group by perimeters.perimeter_kind, perimeters.perimeter_label, client_flows.flow_on
)

select * from final
