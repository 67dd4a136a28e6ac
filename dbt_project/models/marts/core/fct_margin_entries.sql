with

invoices as (
    select * from {{ ref('fct_invoices') }}
),

invoice_lines as (
    select * from {{ ref('fct_invoice_lines') }}
    where line_role not in ('deposit', 'deposit_deduction') and line_ht_eur is not null
),

events as (
    select * from {{ ref('fct_revenue_chain_events') }}
    where event_type = 'written_off'
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

credit_costs as (
    select * from {{ ref('fct_credit_costs') }}
),

costs as (
    select * from {{ ref('fct_costs') }}
),

time_entries as (
    select * from {{ ref('fct_time_entries') }}
    where activity_kind <> 'sales'
),

entries as (
    select
        'revenue:' || invoice_lines.invoice_line_id as margin_entry_id,
        'revenue' as entry_kind,
        invoice_lines.order_id,
        invoice_lines.client_id,
        invoice_lines.offer_id,
        invoice_lines.issued_on as entry_on,
        invoices.recorded_on as known_on,
        invoice_lines.line_ht_eur as entry_eur
    from invoice_lines
    inner join invoices on invoice_lines.invoice_id = invoices.invoice_id

    union all

    select
        'settlement:' || allocations.allocation_id as margin_entry_id,
        case
            when allocations.allocation_kind = 'early_payment_discount' then 'early_payment_discount'
            else 'bad_debt'
        end as entry_kind,
        allocations.order_id,
        allocations.client_id,
        null as offer_id,
        allocations.effective_on as entry_on,
        allocations.recorded_on as known_on,
        -events.event_ht_eur as entry_eur
    from allocations
    inner join events on allocations.allocation_id = events.source_key
    where allocations.allocation_kind in ('early_payment_discount', 'bad_debt', 'write_off')

    union all

    select
        'credit:' || invoice_id as margin_entry_id,
        'cost_of_credit' as entry_kind,
        order_id,
        client_id,
        null as offer_id,
        issued_on as entry_on,
        issued_on as known_on,
        -credit_cost_eur as entry_eur
    from credit_costs

    union all

    select
        'cost:' || cost_id as margin_entry_id,
        cost_kind as entry_kind,
        order_id,
        client_id,
        offer_id,
        cost_on as entry_on,
        recorded_on as known_on,
        -cost_eur as entry_eur
    from costs

    union all

    select
        'time:' || time_entry_id as margin_entry_id,
        activity_kind || '_hours' as entry_kind,
        order_id,
        client_id,
        null as offer_id,
        worked_on as entry_on,
        worked_on as known_on,
        -time_cost_eur as entry_eur
    from time_entries
),

final as (
    select
        margin_entry_id,
        entry_kind,
        order_id,
        client_id,
        offer_id,
        entry_on,
        known_on,
        entry_eur
    from entries
    where entry_on <= {{ as_of() }} and entry_eur is not null
)

select * from final
