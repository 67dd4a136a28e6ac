{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

entries as (
    select * from {{ ref('prep_deal_entries') }}
),

quotes as (
    select
        quotes.deal_id,
        greatest(quotes.issued_on, entries.created_on) as known_on,
        -- A framework contract is quoted at 0: its value is unknown, not nil.
        nullif(quotes.proposed_ht_eur, 0) as proposed_ht_eur,
        row_number() over (
            partition by quotes.deal_id order by quotes.issued_on, quotes.version_number, quotes.quote_id
        ) as quote_number
    from {{ ref('fct_quote_versions') }} as quotes
    inner join entries on quotes.deal_id = entries.deal_id
    where quotes.state <> 'draft' and quotes.issued_on <= {{ as_of() }}
),

first_quotes as (
    select * from quotes
    where quote_number = 1
),

versions as (
    select
        versions.deal_id,
        versions.seen_on,
        versions.deal_ht_eur,
        versions.expected_close_on,
        row_number() over (partition by versions.deal_id order by versions.seen_on) as version_number
    from {{ ref('fct_deal_versions') }} as versions
    where versions.seen_on <= {{ as_of() }} and not versions.is_removed
),

-- Nothing is known of what the CRM showed before the first run: its close date is supposed to have stood there from the
-- start, and its amount too, unless a quote has since said what the deal was worth.
suppositions as (
    select
        versions.deal_id,
        entries.created_on as known_on,
        case
            when first_quotes.known_on <= versions.seen_on
                then coalesce(first_quotes.proposed_ht_eur, nullif(versions.deal_ht_eur, 0))
            else nullif(versions.deal_ht_eur, 0)
        end as shown_ht_eur,
        versions.expected_close_on
    from versions
    inner join entries on versions.deal_id = entries.deal_id
    left join first_quotes on versions.deal_id = first_quotes.deal_id
    where versions.version_number = 1 and versions.seen_on > entries.created_on
),

final as (
    select
        deal_id,
        known_on,
        quote_number as known_number,
        proposed_ht_eur,
        null as shown_ht_eur,
        null as shown_origin,
        null as expected_close_on
    from quotes
    union all
    select
        deal_id,
        known_on,
        0 as known_number,
        null as proposed_ht_eur,
        shown_ht_eur,
        'supposed' as shown_origin,
        expected_close_on
    from suppositions
    union all
    select
        deal_id,
        seen_on as known_on,
        0 as known_number,
        null as proposed_ht_eur,
        nullif(deal_ht_eur, 0) as shown_ht_eur,
        'crm' as shown_origin,
        expected_close_on
    from versions
)

select * from final
