{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

line_prices as (
    select * from {{ ref('fct_line_prices') }}
),

-- What a credit note concedes or costs belongs to the invoice that it corrects.
invoices as (
    select
        invoice_id,
        credit_reason,
        credited_invoice_id,
        {{ sale_id(invoice_id='coalesce(credited_invoice_id, invoice_id)') }} as sale_id
    from {{ ref('fct_invoices') }}
),

entries as (
    select * from {{ ref('fct_margin_entries') }}
    where entry_kind <> 'revenue'
),

-- Entries of a document that has no order.
entry_documents as (
    select
        'settlement:' || allocation_id as margin_entry_id,
        invoice_id
    from {{ ref('fct_payment_allocations') }}
    where allocation_kind in ('early_payment_discount', 'bad_debt', 'write_off') and order_id is null
    union all
    select
        'credit:' || invoice_id as margin_entry_id,
        invoice_id
    from {{ ref('fct_credit_costs') }}
    where order_id is null
),

-- Credit notes that concede a price (a rebate where they correct no invoice), and penalties.
unpriced_lines as (
    select
        lines.*,
        invoices.sale_id,
        case
            when lines.line_role = 'penalty' then 'penalty'
            when invoices.credited_invoice_id is null then 'rebate'
            else 'credit_note'
        end as step
    from {{ ref('fct_invoice_lines') }} as lines
    inner join invoices on lines.invoice_id = invoices.invoice_id
    where
        lines.line_role not in ('deposit', 'deposit_deduction')
        and lines.line_ht_eur is not null
        and lines.issued_on <= {{ as_of() }}
        and not ({{ is_priced_line() }})
),

final as (
    {%- for step, amount in {
        "'list'": 'list_ht_eur', "'discount_' || discount_origin": '-discount_ht_eur',
        "'discount_unexplained'": '-unexplained_discount_ht_eur'
    }.items() %}
        select
            {{ step }} as step,
            sale_id,
            order_id,
            client_id,
            offer_id,
            issued_on as amount_on,
            offer_id is null and line_role in ('discount', 'rounding') as is_to_spread,
            {{ amount }} as amount_eur
        from line_prices
        where {{ amount }} <> 0
        union all
    {%- endfor %}
    select
        step,
        sale_id,
        order_id,
        client_id,
        offer_id,
        issued_on as amount_on,
        offer_id is null as is_to_spread,
        line_ht_eur as amount_eur
    from unpriced_lines
    union all
    select
        entries.entry_kind as step,
        coalesce(invoices.sale_id, 'order:' || entries.order_id) as sale_id,
        entries.order_id,
        entries.client_id,
        entries.offer_id,
        entries.entry_on as amount_on,
        entries.offer_id is null as is_to_spread,
        entries.entry_eur as amount_eur
    from entries
    left join entry_documents on entries.margin_entry_id = entry_documents.margin_entry_id
    left join invoices on entry_documents.invoice_id = invoices.invoice_id
)

select * from final
