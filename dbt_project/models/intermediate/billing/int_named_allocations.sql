-- For the systems that match nothing themselves: a payment settles the invoices that its reference names, a credit
-- note the one that it corrects. A number that two invoices bear names neither.
with

invoices as (
    select * from {{ ref('int_unmatched_invoices') }}
    where ttc_doc_amount > 0
),

receipts as (
    select * from {{ ref('int_unmatched_receipts') }}
),

numbers as (
    select
        bare_number,
        min(invoice_id) as invoice_id
    from invoices
    where length(bare_number) >= 4
    group by bare_number
    having count(*) = 1
),

reference_words as (
    select
        receipts.receipt_id,
        {{ bare_reference('words.word') }} as bare_word
    from receipts
    cross join {{ words_of('receipts.payment_reference') }} as words (word)
    where receipts.payment_reference is not null
),

named as (
    select
        reference_words.receipt_id,
        numbers.invoice_id
    from reference_words
    inner join numbers on reference_words.bare_word = numbers.bare_number
    union distinct
    select
        receipt_id,
        credited_invoice_id as invoice_id
    from receipts
    where credited_invoice_id is not null
),

-- A receipt fills the invoices that it names, oldest first, as if each were still whole ...
wanted as (
    select
        named.receipt_id,
        named.invoice_id,
        receipts.counterpart_kind,
        receipts.received_on,
        greatest(receipts.recorded_on, invoices.recorded_on) as recorded_on,
        invoices.ttc_doc_amount,
        greatest(least(
            receipts.received_doc_amount
            - coalesce(sum(invoices.ttc_doc_amount) over (
                partition by named.receipt_id
                order by invoices.issued_on, named.invoice_id rows between unbounded preceding and 1 preceding
            ), 0),
            invoices.ttc_doc_amount
        ), 0) as wanted_doc_amount
    from named
    inner join receipts on named.receipt_id = receipts.receipt_id
    inner join invoices on named.invoice_id = invoices.invoice_id and receipts.currency_code = invoices.currency_code
),

-- ... and gets what the receipts before it have left of them.
reached as (
    select
        *,
        sum(wanted_doc_amount) over (
            partition by invoice_id order by received_on, receipt_id rows unbounded preceding
        ) as reached_doc_amount
    from wanted
),

final as (
    select
        receipt_id,
        invoice_id,
        counterpart_kind,
        recorded_on as allocated_on,
        cast(
            least(reached_doc_amount, ttc_doc_amount)
            - least(reached_doc_amount - wanted_doc_amount, ttc_doc_amount) as decimal(18, 2)
        ) as allocated_doc_amount
    from reached
    where wanted_doc_amount > 0 and reached_doc_amount - wanted_doc_amount < ttc_doc_amount
)

select * from final
