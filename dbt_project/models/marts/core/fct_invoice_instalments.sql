with

dues as (
    select * from {{ ref('int_instalment_dues') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

segments as (
    select * from {{ ref('map_term_caps') }}
    where applies_to = 'segment'
),

public_caps as (
    select * from {{ ref('legal_public_term_caps') }}
),

sector_caps as (
    select * from {{ ref('int_invoice_sector_caps') }}
),

located as (
    select
        dues.*,
        invoices.client_id,
        invoices.order_id,
        invoices.doc_type,
        clients.client_type,
        public_caps.cap_days as public_cap_days,
        sector_caps.sector_due_on,
        -- No law caps what is no debt of a professional, nor how long a guarantee is kept.
        invoices.doc_type <> 'credit_note'
        and dues.instalment_kind <> 'retention'
        and coalesce(clients.client_type, 'unknown') <> 'individual' as is_capped
    from dues
    inner join invoices on dues.invoice_id = invoices.invoice_id
    left join clients on invoices.client_id = clients.client_id
    left join segments on clients.segment = segments.applies_to_label
    left join public_caps
        on
            clients.client_type = 'public'
            and case
                when segments.cap_name is null then public_caps.is_general_rule
                else segments.cap_name = public_caps.cap_name
            end
            and invoices.issued_on between public_caps.valid_from_on and public_caps.valid_to_on
    left join sector_caps on dues.invoice_id = sector_caps.invoice_id
),

-- 60 days, or 45 days end of month where the contract goes to a month's end; less for public buyers and some trades, or
-- where nothing is agreed. A contract that goes on to a payment day is neither reading: the later one caps it.
capped as (
    select
        *,
        case
            when public_cap_days is not null then issued_on + public_cap_days
            when sector_due_on is not null then sector_due_on
            when due_date_origin = 'default' then issued_on + 30
            when not is_end_of_month then issued_on + 60
        end as single_cap_on,
        greatest(issued_on + 60, {{ month_end('issued_on + 45') }}) as days_first_cap_on,
        greatest(issued_on + 60, {{ month_end('issued_on') }} + 45) as month_end_first_cap_on
    from located
),

legal as (
    select
        *,
        case
            when not is_capped then null
            when single_cap_on is not null then single_cap_on
            when reading = 'eom_then_days' and not has_payment_day then month_end_first_cap_on
            when reading = 'days_then_eom' and not has_payment_day then days_first_cap_on
            else greatest(days_first_cap_on, month_end_first_cap_on)
        end as legal_due_on,
        is_capped and single_cap_on is null and days_first_cap_on <> month_end_first_cap_on as has_two_caps
    from capped
),

final as (
    select
        instalment_id,
        invoice_id,
        client_id,
        order_id,
        doc_type,
        cast(instalment_number as integer) as instalment_number,
        instalment_kind,
        issued_on,
        due_on,
        due_date_origin,
        payment_term_label,
        reading,
        reading_origin,
        contract_due_on,
        days_first_due_on,
        month_end_first_due_on,
        has_due_date_mismatch,
        legal_due_on,
        case when has_two_caps then days_first_cap_on end as days_first_legal_due_on,
        case when has_two_caps then month_end_first_cap_on end as month_end_first_legal_due_on,
        coalesce(due_on > legal_due_on, false) as is_contract_term_too_long,
        due_ttc_eur
    from legal
)

select * from final
