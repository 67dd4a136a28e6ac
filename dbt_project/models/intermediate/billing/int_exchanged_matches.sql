-- In one currency, the euros of a payment follow what it settles. Across currencies, all of them settle what the
-- payment is matched with, beside what it settles in its own currency.
with

matches as (
    select * from {{ ref('int_settlement_matches') }}
    where allocation_kind = 'payment' and matched_ttc_eur is not null
),

invoices as (
    select
        invoice_id,
        currency_code,
        coalesce(exchange_rate, 1) as exchange_rate
    from {{ ref('int_invoices') }}
),

payments as (
    select
        payment_id,
        currency_code,
        coalesce(exchange_rate, 1) as exchange_rate,
        case when direction = 'out' then -paid_doc_amount else paid_doc_amount end as received_doc_amount,
        case when direction = 'out' then -1 else 1 end * {{ to_eur('paid_doc_amount') }} as received_ttc_eur
    from {{ ref('int_payments') }}
),

priced as (
    select
        matches.match_id,
        matches.payment_id,
        matches.effective_on,
        matches.matched_doc_amount,
        matches.matched_ttc_eur,
        payments.received_doc_amount,
        payments.received_ttc_eur,
        invoices.currency_code = payments.currency_code as is_same_currency,
        invoices.exchange_rate = payments.exchange_rate as is_same_rate
    from matches
    inner join invoices on matches.invoice_id = invoices.invoice_id
    inner join payments on matches.payment_id = payments.payment_id
    where payments.received_ttc_eur is not null
),

own_currency as (
    select
        payment_id,
        sum(matched_ttc_eur) as own_ttc_eur
    from priced
    where is_same_currency
    group by payment_id
),

shared as (
    select
        priced.match_id,
        priced.payment_id,
        priced.effective_on,
        priced.is_same_currency,
        case
            when priced.is_same_currency then priced.received_ttc_eur
            else priced.received_ttc_eur - coalesce(own_currency.own_ttc_eur, 0)
        end as total_ttc_eur,
        case when priced.is_same_currency then priced.matched_doc_amount else priced.matched_ttc_eur end as part,
        case
            when priced.is_same_currency then priced.received_doc_amount
            else sum(priced.matched_ttc_eur) over (partition by priced.payment_id, priced.is_same_currency)
        end as whole
    from priced
    left join own_currency on priced.payment_id = own_currency.payment_id
    where not (priced.is_same_currency and priced.is_same_rate)
),

reached as (
    select
        *,
        sum(part) over (
            partition by payment_id, is_same_currency order by effective_on, match_id rows unbounded preceding
        ) as reached_part
    from shared
),

final as (
    select
        match_id,
        {{ prorate('total_ttc_eur', 'reached_part', 'whole') }}
        - {{ prorate('total_ttc_eur', '(reached_part - part)', 'whole') }} as cash_ttc_eur
    from reached
)

select * from final
