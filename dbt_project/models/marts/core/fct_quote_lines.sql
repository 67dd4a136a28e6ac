with

quote_lines as (
    select * from {{ ref('int_quote_lines') }}
),

quotes as (
    select * from {{ ref('int_quotes') }}
),

priced as (
    select
        quote_lines.*,
        quotes.issued_on,
        {{ to_eur('quote_lines.ht_doc_amount', 'quotes.currency_code', 'quotes.exchange_rate') }} as line_ht_eur,
        cast(round(quote_lines.quantity * quote_lines.list_unit_price, 2) as decimal(18, 2)) as list_ht_doc_amount,
        quotes.currency_code,
        quotes.exchange_rate
    from quote_lines
    inner join quotes on quote_lines.quote_id = quotes.quote_id
),

-- Without a list price there is no discount to see.
listed as (
    select
        *,
        coalesce({{ to_eur('list_ht_doc_amount') }}, line_ht_eur) as list_ht_eur
    from priced
),

final as (
    select
        quote_line_id,
        quote_id,
        line_number,
        offer_id,
        issued_on,
        quantity,
        list_ht_eur,
        cast(list_ht_eur - line_ht_eur as decimal(18, 2)) as discount_ht_eur,
        line_ht_eur,
        coalesce(discount_origin, 'none') as discount_origin,
        standard_cost_eur,
        coalesce(is_option, false) as is_option,
        not coalesce(is_option, false) or coalesce(is_chosen, false) as is_counted
    from listed
)

select * from final
