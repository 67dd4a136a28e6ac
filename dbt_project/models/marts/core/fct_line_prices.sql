{#- Up to this gap, what an invoice line says and what the quote said differ by a rounding of quantities or cents. -#}
{%- set rounding_cap = 0.05 -%}

with

lines as (
    select
        lines.*,
        invoices.credit_reason
    from {{ ref('fct_invoice_lines') }} as lines
    inner join {{ ref('fct_invoices') }} as invoices on lines.invoice_id = invoices.invoice_id
    where lines.line_ht_eur is not null and lines.issued_on <= {{ as_of() }}
),

-- A price ends at the latest when the next one begins.
list_prices as (
    select
        offer_id,
        list_unit_price,
        valid_from_on,
        least(
            coalesce(valid_to_on, date '9999-12-31'),
            lead(valid_from_on, 1, date '9999-12-31') over (partition by offer_id order by valid_from_on, list_price_id)
            - 1
        ) as valid_to_on
    from {{ ref('int_list_prices') }}
),

-- A discount or a rounding at the foot of a document has no list price, and is wholly a discount.
listed as (
    select
        lines.*,
        lines.line_role in ('product', 'shipping') as is_sold,
        coalesce(lines.list_ht_eur, cast(round(lines.quantity * list_prices.list_unit_price, 2) as decimal(18, 2)))
            as known_list_ht_eur,
        coalesce(terms.ordered_quantity, lines.quantity) as ordered_quantity,
        coalesce(terms.standard_unit_cost_eur, offers.standard_unit_cost_eur) as standard_unit_cost_eur,
        terms.quoted_list_ht_eur,
        terms.quoted_discount_ht_eur,
        case when terms.quoted_origin <> 'none' then terms.quoted_origin end as quoted_origin
    from lines
    left join {{ ref('prep_order_line_terms') }} as terms on lines.order_line_id = terms.order_line_id
    left join {{ ref('dim_offers') }} as offers on lines.offer_id = offers.offer_id
    left join list_prices
        on
            lines.offer_id = list_prices.offer_id
            and lines.issued_on between list_prices.valid_from_on and list_prices.valid_to_on
    where {{ is_priced_line() }}
),

-- Without a list price there is no discount to see.
discounted as (
    select
        *,
        case when is_sold then coalesce(known_list_ht_eur - line_ht_eur, 0) else -line_ht_eur end as gap_ht_eur,
        case
            when is_sold and quoted_origin is not null
                then coalesce({{ prorate('known_list_ht_eur', 'quoted_discount_ht_eur', 'quoted_list_ht_eur') }}, 0)
            else 0
        end as quoted_ht_eur
    from listed
),

explained as (
    select
        *,
        case
            when not is_sold or abs(gap_ht_eur - quoted_ht_eur) <= {{ rounding_cap }} then gap_ht_eur
            else quoted_ht_eur
        end as discount_ht_eur
    from discounted
),

final as (
    select
        invoice_line_id,
        invoice_id,
        {{ sale_id() }} as sale_id,
        order_id,
        client_id,
        offer_id,
        issued_on,
        line_role,
        doc_type = 'credit_note' as is_credit,
        not is_sold or known_list_ht_eur is not null as is_listed,
        case when is_sold then quantity end as quantity,
        cast(case when is_sold then ordered_quantity end as decimal(18, 6)) as ordered_quantity,
        cast(line_ht_eur + gap_ht_eur as decimal(18, 2)) as list_ht_eur,
        case
            when line_role = 'discount' then 'header'
            when discount_ht_eur = 0 then 'none'
            when quoted_ht_eur = 0 then 'rounding'
            else quoted_origin
        end as discount_origin,
        cast(discount_ht_eur as decimal(18, 2)) as discount_ht_eur,
        cast(gap_ht_eur - discount_ht_eur as decimal(18, 2)) as unexplained_discount_ht_eur,
        line_ht_eur as invoice_price_ht_eur,
        cast(case when is_sold then round(quantity * standard_unit_cost_eur, 2) end as decimal(18, 2))
            as standard_cost_eur
    from explained
)

select * from final
