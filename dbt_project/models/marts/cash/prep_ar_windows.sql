{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set windows = {
    'month': 'spine.month_from_on', 'quarter': 'spine.quarter_from_on', 'year': 'spine.year_from_on',
    '90': 'spine.as_of_on - 89', '365': 'spine.as_of_on - 364'
} %}

with

flows as (
    select * from {{ ref('prep_ar_flows') }}
),

as_of_dates as (
    select
        as_of_on,
        is_month_end,
        cast(date_trunc('month', as_of_on) as date) as month_from_on,
        cast(date_trunc('month', as_of_on) - interval 2 month as date) as quarter_from_on,
        cast(date_trunc('month', as_of_on) - interval 11 month as date) as year_from_on
    from {{ ref('dim_as_of') }}
),

-- A payment received before any invoice makes a balance without a flow.
first_days as (
    select
        perimeter_kind,
        perimeter_label,
        flow_on as first_on
    from flows
    union all
    select
        perimeter_kind,
        perimeter_label,
        as_of_on as first_on
    from {{ ref('prep_ar_balances') }}
),

perimeters as (
    select
        perimeter_kind,
        perimeter_label,
        min(first_on) as first_on
    from first_days
    group by perimeter_kind, perimeter_label
),

history as (
    select cast(date_trunc('month', min(flow_on)) as date) as known_from_on from flows
),

spine as (
    select
        perimeters.perimeter_kind,
        perimeters.perimeter_label,
        as_of_dates.*,
        history.known_from_on
    from perimeters
    inner join as_of_dates on perimeters.first_on <= as_of_dates.as_of_on
    cross join history
),

-- A window that starts before the first known flow says nothing: its sales are null.
final as (
    select
        spine.perimeter_kind,
        spine.perimeter_label,
        spine.as_of_on,
        spine.is_month_end,
        spine.month_from_on,
        spine.quarter_from_on,
        spine.year_from_on,
        spine.known_from_on,
        {%- for window, from_on in windows.items() %}
            case
                when {{ from_on }} >= spine.known_from_on
                    then coalesce(sum(flows.sales_ttc_eur) filter (where flows.flow_on >= {{ from_on }}), 0)
            end as sales_{{ window }}_ttc_eur,
        {%- endfor %}
        sum(flows.cashed_ttc_eur) filter (where flows.flow_on >= spine.year_from_on) as cashed_ttc_eur,
        sum(flows.late_euro_days) filter (where flows.flow_on >= spine.year_from_on) as late_euro_days
    from spine
    left join flows
        on
            spine.perimeter_kind = flows.perimeter_kind
            and spine.perimeter_label = flows.perimeter_label
            and flows.flow_on between spine.as_of_on - 370 and spine.as_of_on
    group by
        spine.perimeter_kind, spine.perimeter_label, spine.as_of_on, spine.is_month_end, spine.month_from_on,
        spine.quarter_from_on, spine.year_from_on, spine.known_from_on
)

select * from final
