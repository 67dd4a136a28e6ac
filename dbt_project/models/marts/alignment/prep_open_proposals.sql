{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What may still be signed: each open deal whose close date is to come or whose quote is still valid, and each valid
-- quote that no deal explains.
with

deals as (
    select * from {{ ref('fct_deals') }}
    where outcome = 'open' and created_on <= {{ as_of() }}
),

quotes as (
    select
        *,
        state = 'sent' and coalesce(valid_until_on >= {{ as_of() }}, true) as is_valid
    from {{ ref('fct_quote_versions') }}
    where is_last and issued_on <= {{ as_of() }}
),

latest_quotes as (
    select
        coalesce(quotes.deal_id, quotes.quote_id) as subject_id,
        {{ first_known('quotes.quote_id', 'quotes.issued_on desc, quotes.quote_id desc') }} as quote_id
    from quotes
    left join deals on quotes.deal_id = deals.deal_id
    where deals.deal_id is not null or (quotes.deal_id is null and quotes.is_valid)
    group by subject_id
),

quote_offers as (
    select
        quote_lines.quote_id,
        {{ first_known('quote_lines.offer_id', 'quote_lines.line_ht_eur desc, quote_lines.quote_line_id') }} as offer_id
    from {{ ref('fct_quote_lines') }} as quote_lines
    inner join latest_quotes on quote_lines.quote_id = latest_quotes.quote_id
    where quote_lines.is_counted
    group by quote_lines.quote_id
),

subjects as (
    select
        deals.deal_id,
        latest_quotes.quote_id,
        coalesce(deals.probability_ratio, stages.default_probability_ratio) as probability_ratio,
        deals.client_id,
        deals.team,
        deals.deal_ht_eur,
        deals.expected_close_on,
        not deals.is_stale as is_awaited
    from deals
    left join {{ ref('dim_stages') }} as stages on deals.stage_id = stages.stage_id
    left join latest_quotes on deals.deal_id = latest_quotes.subject_id
    union all
    select
        null as deal_id,
        quote_id,
        null as probability_ratio,
        null as client_id,
        null as team,
        null as deal_ht_eur,
        null as expected_close_on,
        false as is_awaited
    from latest_quotes
    where quote_id = subject_id
),

proposals as (
    select
        case when quotes.is_valid then quotes.quote_id end as valid_quote_id,
        case when quotes.is_valid then quotes.promised_delivery_on end as promised_on,
        subjects.*,
        coalesce(subjects.client_id, quotes.client_id) as proposed_client_id,
        coalesce(nullif(quotes.proposed_ht_eur, 0), nullif(subjects.deal_ht_eur, 0)) as proposed_ht_eur,
        coalesce(offers.offer_kind, 'unknown') as sale_type,
        coalesce(quote_offers.offer_id, 'unknown') as offer_id
    from subjects
    left join quotes on subjects.quote_id = quotes.quote_id
    left join quote_offers on subjects.quote_id = quote_offers.quote_id
    left join {{ ref('dim_offers') }} as offers on quote_offers.offer_id = offers.offer_id
),

-- Without a promise, an order is usually promised so many days after it is signed.
usual_leads as (
    select
        case when cells.is_every_type then 'all' else orders.sale_type end as sale_type,
        cast({{ quantile('orders.promised_first_on - orders.signed_on', 0.5) }} as integer) as lead_days
    from {{ ref('fct_order_promises') }} as orders
    cross join (values (false), (true)) as cells (is_every_type)
    where orders.promised_first_on >= orders.signed_on
    group by case when cells.is_every_type then 'all' else orders.sale_type end
),

final as (
    select
        coalesce(proposals.valid_quote_id, proposals.deal_id) as proposal_id,
        case when proposals.valid_quote_id is not null then 'quote' else 'deal' end as proposal_kind,
        proposals.proposed_client_id as client_id,
        proposals.team,
        proposals.sale_type,
        proposals.offer_id,
        proposals.proposed_ht_eur,
        proposals.probability_ratio,
        proposals.promised_on,
        case
            when proposals.promised_on is not null then proposals.promised_on
            when proposals.expected_close_on is not null
                then greatest(proposals.expected_close_on, {{ as_of() }}) + usual_leads.lead_days
        end as due_on
    from proposals
    left join usual_leads
        on usual_leads.sale_type = case when proposals.sale_type = 'unknown' then 'all' else proposals.sale_type end
    where proposals.is_awaited or proposals.valid_quote_id is not null
)

select * from final
