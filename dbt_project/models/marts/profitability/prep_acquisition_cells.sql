{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set measures = [
    'marketing', 'conquest_hours', 'lost_hours', 'development_hours', 'lagged_cost', 'signed', 'confirmed'
] %}

with

events as (
    select * from {{ ref('prep_acquisition_events') }}
),

-- Without a single cost of sales or marketing, winning a client would seem to be free.
ledger as (
    select min(spent_on) as first_spent_on
    from {{ ref('fct_acquisition_costs') }}
    having count(*) > 0
),

-- An event counts in its own cell, in its segment, in its quarter and in the company.
cell_events as (
    select
        case when cells.is_every_cohort then 'all' else {{ quarter_label('events.counted_on') }} end as cohort_label,
        case when not cells.is_every_cohort then cast(date_trunc('quarter', events.counted_on) as date) end
            as cohort_start_on,
        case when cells.is_every_type then 'all' else events.segment end as segment,
        events.lag_days,
        events.measure,
        events.amount
    from events
    cross join {{ cohort_cells() }}
),

cells as (
    select
        {%- for measure in measures %}
            cast(sum(case when measure = '{{ measure }}' then amount else 0 end) as decimal(18, 2)) as {{ measure }},
        {%- endfor %}
        cohort_label,
        cohort_start_on,
        segment,
        max(lag_days) as lag_days
    from cell_events
    group by cohort_label, cohort_start_on, segment
),

-- What was spent before the first day on file is not known, nor is then the cost of the clients that it won.
final as (
    select
        cells.*,
        coalesce(cells.cohort_start_on >= ledger.first_spent_on + coalesce(cells.lag_days, 0), true) as has_whole_cost
    from cells
    cross join ledger
)

select * from final
