with

contract_dues as (
    select * from {{ ref('int_contract_dues') }}
),

readings as (
    select * from {{ ref('int_payment_readings') }}
),

foreign_dues as (
    select * from contract_dues
    where not is_in_euro
),

-- In a foreign currency the instalments share the euros of their document, and sum to them.
foreign_shares as (
    select
        instalment_id,
        due_ttc_eur
    from {{ largest_remainder(
        'foreign_dues', 'document_ttc_eur', 'due_doc_amount', 'invoice_id', 'instalment_id', 'due_ttc_eur'
    ) }}
),

-- Of two readings that nothing tells apart, the later date: nobody is called late on a guess.
read as (
    select
        contract_dues.*,
        readings.reading,
        readings.reading_origin,
        case
            when readings.reading = 'eom_then_days' then contract_dues.month_end_first_due_on
            when readings.reading = 'days_then_eom' or readings.reading_origin is null
                then contract_dues.days_first_due_on
            else greatest(contract_dues.days_first_due_on, contract_dues.month_end_first_due_on)
        end as contract_due_on,
        case when contract_dues.is_in_euro then contract_dues.due_doc_amount else foreign_shares.due_ttc_eur end
            as due_ttc_eur
    from contract_dues
    left join foreign_shares on contract_dues.instalment_id = foreign_shares.instalment_id
    left join readings
        on
            contract_dues.client_id = readings.client_id
            and case when contract_dues.label_reading is not null then contract_dues.payment_term_label end
            = readings.payment_term_label
),

-- A retention is kept for a year (law 71-584); what nobody has agreed is due in 30 days (art. L441-10).
final as (
    select
        instalment_id,
        invoice_id,
        instalment_number,
        instalment_kind,
        issued_on,
        coalesce(
            native_due_on,
            contract_due_on,
            case when instalment_kind = 'retention' then {{ add_months('issued_on', 12) }} else issued_on + 30 end
        ) as due_on,
        case
            when native_due_on is not null then 'native'
            when contract_due_on is not null then 'terms'
            else 'default'
        end as due_date_origin,
        payment_term_label,
        contract_due_on,
        case when days_first_due_on <> month_end_first_due_on then days_first_due_on end as days_first_due_on,
        case when days_first_due_on <> month_end_first_due_on then month_end_first_due_on end
            as month_end_first_due_on,
        is_end_of_month,
        has_payment_day,
        reading,
        reading_origin,
        coalesce(
            native_due_on <> contract_due_on
            and (reading_origin <> 'unknown' or native_due_on not in (days_first_due_on, month_end_first_due_on)),
            false
        ) as has_due_date_mismatch,
        due_doc_amount,
        due_ttc_eur
    from read
)

select * from final
