-- Of several trades on one document, the strictest.
with

documents as (
    select * from {{ ref('int_invoice_terms') }}
),

invoice_lines as (
    select * from {{ ref('int_invoice_lines') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
    where ht_doc_amount > 0
),

caps as (
    select
        families.applies_to_label as family,
        caps.*
    from {{ ref('map_term_caps') }} as families
    inner join {{ ref('legal_sector_term_caps') }} as caps on families.cap_name = caps.cap_name
    where families.applies_to = 'offer_family'
),

capped as (
    select
        documents.invoice_id,
        documents.order_id,
        documents.issued_on,
        caps.base_event,
        caps.is_end_of_decade,
        caps.is_end_of_month,
        caps.cap_days
    from caps
    inner join offers on caps.family = offers.family
    inner join invoice_lines on offers.offer_id = invoice_lines.offer_id
    inner join documents on invoice_lines.invoice_id = documents.invoice_id
    where documents.issued_on between caps.valid_from_on and caps.valid_to_on
),

started as (
    select
        capped.*,
        coalesce(case when capped.base_event = 'delivery' then billed.delivered_on end, capped.issued_on) as event_on
    from capped
    left join {{ billed_deliveries('capped', 'deliveries') }} as billed on capped.invoice_id = billed.invoice_id
),

final as (
    select
        invoice_id,
        min(
            case
                when is_end_of_decade then {{ decade_end('event_on') }}
                when is_end_of_month then {{ month_end('event_on') }}
                else event_on
            end + cap_days
        ) as sector_due_on
    from started
    group by invoice_id
)

select * from final
