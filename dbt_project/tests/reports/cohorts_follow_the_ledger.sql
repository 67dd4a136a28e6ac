{#- Measure of the cohort, its amount in the euro states, its events in the ledger. -#}
{%- set measures = [
    ('gross', 'signed_ttc_eur', "'signed', 'amended'"),
    ('net', 'signed_ttc_eur - cancelled_or_credited_ttc_eur', "'signed', 'amended', 'cancelled', 'credited_final'"),
    ('cashed', 'cashed_ttc_eur', "'paid', 'reversed', 'credit_allocated'"),
] -%}
{{ config(
    description='At each horizon a cohort has the euros of its orders or invoices, less those that came later; cash only falls where it is taken back.',
    meta={'dagster': {'ref': {'name': 'rpt_bookings_to_cash_cohorts'}}},
) }}

with

cohorts as (
    select
        *,
        cohort_kind || ' ' || cohort_month || ' ' || client_type || ' ' || horizon_days as row_label,
        lag(cashed_ttc_eur) over (partition by cohort_kind, cohort_month, client_type order by horizon_days)
            as former_cashed_ttc_eur
    from {{ ref('rpt_bookings_to_cash_cohorts') }}
),

states as (
    select * from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

events as (
    select
        events.event_type,
        events.effective_on,
        events.event_ttc_eur,
        states.signed_on
    from {{ ref('fct_revenue_chain_events') }} as events
    inner join states on events.order_id = states.order_id
    where events.effective_on <= {{ as_of() }}
),

-- A credit note is dated since the invoice that it corrects.
invoices as (
    select
        invoices.*,
        coalesce(corrected.issued_on, invoices.issued_on) as started_on
    from {{ ref('fct_invoices') }} as invoices
    left join {{ ref('fct_invoices') }} as corrected on invoices.credited_invoice_id = corrected.invoice_id
    where invoices.issued_on <= {{ as_of() }}
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
    where effective_on <= {{ as_of() }} and allocation_kind in ('payment', 'reversal', 'credit_note')
),

-- The whole of a cohort, without an age, and what came at an age, to be taken off it.
moves as (
    {%- for measure, amount, event_types in measures %}
        select
            'signed {{ measure }} ' || cast(date_trunc('month', signed_on) as date) as cohort_key,
            null as age_days,
            {{ amount }} as moved_ttc
        from states
        union all
        select
            'signed {{ measure }} ' || cast(date_trunc('month', signed_on) as date) as cohort_key,
            effective_on - signed_on as age_days,
            -event_ttc_eur as moved_ttc
        from events
        where event_type in ({{ event_types }})
        union all
    {%- endfor %}
    select
        'invoiced net' as cohort_key,
        null as age_days,
        invoiced_ttc_eur as moved_ttc
    from invoices
    union all
    select
        'invoiced net' as cohort_key,
        issued_on - started_on as age_days,
        -invoiced_ttc_eur as moved_ttc
    from invoices
    union all
    select
        'invoiced cashed' as cohort_key,
        null as age_days,
        allocated_ttc_eur as moved_ttc
    from allocations
    where allocation_kind <> 'credit_note'
    union all
    select
        case when allocations.allocation_kind = 'credit_note' then 'invoiced net' else 'invoiced cashed' end
            as cohort_key,
        allocations.effective_on - invoices.started_on as age_days,
        case when allocations.allocation_kind = 'credit_note' then 1 else -1 end * allocations.allocated_ttc_eur
            as moved_ttc
    from allocations
    inner join invoices on allocations.invoice_id = invoices.invoice_id
),

expected as (
    select
        moves.cohort_key || ' ' || horizons.horizon_days as compared_key,
        sum(moves.moved_ttc) as amount
    from moves
    inner join (values (30), (60), (90), (180), (360)) as horizons (horizon_days)
        on coalesce(moves.age_days > horizons.horizon_days, true)
    where exists (select 1 from {{ ref('fct_payment_allocations') }})
    group by moves.cohort_key, horizons.horizon_days
),

found as (
    {%- for measure, amount, event_types in measures %}
        select
            'signed {{ measure }} ' || cohort_month || ' ' || horizon_days as compared_key,
            {{ measure }}_ttc_eur as amount
        from cohorts
        where cohort_kind = 'signed' and client_type = 'all'
        union all
    {%- endfor %}
    {%- for measure in ['net', 'cashed'] %}
        select
            'invoiced {{ measure }} ' || horizon_days as compared_key,
            sum({{ measure }}_ttc_eur) as amount
        from cohorts
        where cohort_kind = 'invoiced' and client_type = 'all'
        group by horizon_days
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

failures as (
    {{ differences('cohort', 'found', 'expected') }}
    union all
    select
        'the grain of the cohorts is kind, month, type of client and horizon' as reason,
        row_label as compared_key,
        count(*) as found_amount,
        1 as expected_amount
    from cohorts
    group by row_label
    having count(*) > 1
    union all
    {%- for measure in ['document_count', 'gross_ttc_eur', 'net_ttc_eur', 'cashed_ttc_eur'] %}
        select
            'the types of client add up to all: {{ measure }}' as reason,
            cohort_kind || ' ' || cohort_month || ' ' || horizon_days as compared_key,
            sum(case when client_type = 'all' then 0 else {{ measure }} end) as found_amount,
            sum(case when client_type = 'all' then {{ measure }} else 0 end) as expected_amount
        from cohorts
        group by cohort_kind, cohort_month, horizon_days
        having sum(case when client_type = 'all' then -{{ measure }} else {{ measure }} end) <> 0
        union all
    {%- endfor %}
    select
        'cash only falls where it is taken back' as reason,
        row_label as compared_key,
        cashed_ttc_eur as found_amount,
        former_cashed_ttc_eur as expected_amount
    from cohorts
    where cashed_ttc_eur < former_cashed_ttc_eur and not was_taken_back
    union all
    select
        'half comes before nine tenths' as reason,
        row_label as compared_key,
        half_cashed_days as found_amount,
        nine_tenths_cashed_days as expected_amount
    from cohorts
    where nine_tenths_cashed_days < coalesce(half_cashed_days, 99999)
)

select * from failures
