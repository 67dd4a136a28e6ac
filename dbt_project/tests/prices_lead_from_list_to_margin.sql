{{ config(
    description='I10, I11, I15: list price less discounts is the invoice, line by line; the signed steps are the profit ledger, and lines are offers.',
    meta={'dagster': {'ref': {'name': 'fct_price_waterfall_steps'}}},
) }}

with

line_prices as (
    select * from {{ ref('fct_line_prices') }}
),

steps as (
    select
        *,
        case
            when step like 'discount_%' or step in ('list', 'credit_note', 'rebate', 'penalty') then 'revenue'
            else step
        end as entry_kind
    from {{ ref('fct_price_waterfall_steps') }}
),

entries as (
    select * from {{ ref('fct_margin_entries') }}
),

-- Both sides in one sum, where null is a key like another: what one side lacks is a difference.
compared as (
    select
        'the steps are the entries of the profit ledger, by order, client and kind' as reason,
        concat_ws(' / ', entry_kind, coalesce(order_id, 'no order'), coalesce(client_id, 'no client')) as row_label,
        step_eur as amount
    from steps
    union all
    select
        'the steps are the entries of the profit ledger, by order, client and kind' as reason,
        concat_ws(' / ', entry_kind, coalesce(order_id, 'no order'), coalesce(client_id, 'no client')) as row_label,
        -entry_eur as amount
    from entries
    union all
    select
        'the list price of lines is that of offers' as reason,
        concat_ws(' / ', coalesce(offer_id, 'no offer'), quarter_on) as row_label,
        step_eur as amount
    from steps
    where step = 'list'
    union all
    select
        'the list price of lines is that of offers' as reason,
        concat_ws(' / ', coalesce(offer_id, 'no offer'), cast(date_trunc('quarter', issued_on) as date)) as row_label,
        -list_ht_eur as amount
    from line_prices
),

failures as (
    select
        invoice_line_id as row_label,
        'list price less discounts is the price of the invoice' as reason
    from line_prices
    where list_ht_eur - discount_ht_eur - unexplained_discount_ht_eur is distinct from invoice_price_ht_eur
    union all
    select
        row_label,
        reason
    from compared
    group by row_label, reason
    having sum(amount) <> 0
    union all
    select
        step as row_label,
        'a step that is spread names an offer' as reason
    from steps
    where spread_over <> 'none' and offer_id is null
    union all
    select
        concat_ws(' / ', step, sale_id, offer_id, quarter_on) as row_label,
        'the grain is step, offer of a sale (or of a client, or of nothing) and quarter' as reason
    from steps
    group by step, spread_over, sale_id, order_id, client_id, offer_id, quarter_on
    having count(*) > 1
)

select * from failures
