-- A payment is worth what the bank credited, an invoice what it was booked at. What a payment at another rate settles
-- beyond the euros that it brought is an exchange difference: positive for a loss, negative for a gain.
with

matches as (
    select * from {{ ref('int_settlement_matches') }}
    where matched_ttc_eur is not null
),

exchanged as (
    select * from {{ ref('int_exchanged_matches') }}
),

valued as (
    select
        matches.*,
        coalesce(exchanged.cash_ttc_eur, matches.matched_ttc_eur) as worth_ttc_eur
    from matches
    left join exchanged on matches.match_id = exchanged.match_id
),

final as (
    select
        match_id,
        instalment_id,
        invoice_id,
        allocation_kind,
        payment_id,
        credit_note_id,
        cast(worth_ttc_eur as decimal(18, 2)) as matched_ttc_eur,
        cash_on,
        effective_on,
        allocated_on,
        bounced_on,
        allocation_method
    from valued

    union all

    select
        match_id || ':exchange' as match_id,
        instalment_id,
        invoice_id,
        'exchange_difference' as allocation_kind,
        payment_id,
        credit_note_id,
        cast(matched_ttc_eur - worth_ttc_eur as decimal(18, 2)) as matched_ttc_eur,
        cash_on,
        effective_on,
        allocated_on,
        bounced_on,
        allocation_method
    from valued
    where matched_ttc_eur <> worth_ttc_eur
)

select * from final
