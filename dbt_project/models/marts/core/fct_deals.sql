with

deals as (
    select
        *,
        {{ paris_date('created_at') }} as created_on,
        {{ paris_date('closed_at') }} as closed_on,
        {{ to_eur('ht_doc_amount') }} as deal_ht_eur
    from {{ ref('int_deals') }}
    where merged_into_deal_id is null
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

owners as (
    select * from {{ ref('int_owners') }}
),

quotes as (
    select
        deal_id,
        min(case when is_first then issued_on end) as first_quoted_on,
        cast(sum(case when is_first then proposed_ht_eur end) as decimal(18, 2)) as first_proposed_ht_eur,
        cast(sum(case when is_last then proposed_ht_eur end) as decimal(18, 2)) as last_proposed_ht_eur,
        sum(case when state = 'signed' then proposed_ht_eur end) as signed_ht_eur
    from {{ ref('fct_quote_versions') }}
    where deal_id is not null
    group by deal_id
),

orders as (
    select
        deal_id,
        sum(signature_ht_eur) as signed_ht_eur
    from {{ ref('fct_orders') }}
    where deal_id is not null
    group by deal_id
),

families as (
    select * from {{ ref('prep_deal_families') }}
),

reopenings as (
    select
        deal_id,
        count(*) as reopened_count
    from {{ ref('fct_deal_stage_events') }}
    where move_kind = 'reopening'
    group by deal_id
),

final as (
    select
        deals.deal_id,
        clients.client_id,
        clients.client_type,
        clients.segment,
        owners.team,
        deals.deal_name,
        deals.pipeline,
        deals.stage_id,
        deals.outcome,
        deals.lost_reason,
        deals.deal_ht_eur,
        case
            when coalesce(deals.deal_ht_eur, 0) = 0 then 'unknown'
            when coalesce(quotes.last_proposed_ht_eur, 0) = 0 then 'unquoted'
            when deals.deal_ht_eur = quotes.last_proposed_ht_eur then 'quoted'
            {%- for rate in ['1.055', '1.10', '1.20'] %}
                when abs(deals.deal_ht_eur - quotes.last_proposed_ht_eur * {{ rate }}) <= 0.02 then 'with_tax'
            {%- endfor %}
            when abs(deals.deal_ht_eur * 1000 - quotes.last_proposed_ht_eur) <= 5 then 'in_thousands'
            else 'different'
        end as crm_amount_check,
        deals.probability_ratio,
        deals.deal_type,
        deals.channel,
        families.family,
        deals.created_on,
        deals.closed_on,
        deals.expected_close_on,
        cast({{ days_between('deals.created_on', 'coalesce(deals.closed_on, ' ~ as_of() ~ ')') }} as integer)
            as age_days,
        quotes.first_quoted_on,
        quotes.first_proposed_ht_eur,
        quotes.last_proposed_ht_eur,
        -- What the CRM shows is the promise; 0 is a framework contract, of which nothing is known yet.
        coalesce(
            nullif({{ to_eur('deals.ht_doc_amount', 'deals.currency_code', 'deals.exchange_rate') }}, 0),
            nullif(quotes.last_proposed_ht_eur, 0)
        ) as promised_ht_eur,
        -- Without an order, the signed quote is the promise.
        cast(coalesce(orders.signed_ht_eur, quotes.signed_ht_eur) as decimal(18, 2)) as signed_ht_eur,
        cast(coalesce(reopenings.reopened_count, 0) as integer) as reopened_count,
        deals.outcome = 'open' and coalesce(deals.expected_close_on < {{ as_of() }}, false) as is_stale
    from deals
    left join identities on deals.client_id = identities.source_client_id
    inner join clients on coalesce(identities.client_id, 'unknown') = clients.client_id
    left join owners on deals.owner_id = owners.owner_id
    left join quotes on deals.deal_id = quotes.deal_id
    left join orders on deals.deal_id = orders.deal_id
    left join families on deals.deal_id = families.deal_id
    left join reopenings on deals.deal_id = reopenings.deal_id
)

select * from final
