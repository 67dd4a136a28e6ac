with

quotes as (
    select * from {{ ref('int_quotes') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

survivors as (
    select * from {{ ref('int_deal_survivors') }}
),

line_totals as (
    select
        quote_id,
        sum(line_ht_eur) as proposed_ht_eur,
        sum(list_ht_eur) as list_ht_eur,
        sum(discount_ht_eur) as discount_ht_eur,
        sum(standard_cost_eur) as standard_cost_eur
    from {{ ref('fct_quote_lines') }}
    where is_counted
    group by quote_id
),

versions as (
    select
        quotes.*,
        survivors.surviving_deal_id,
        coalesce(quotes.root_quote_id, quotes.quote_id) as chain_id,
        coalesce(survivors.surviving_deal_id, quotes.root_quote_id, quotes.quote_id) as subject_id,
        case when quotes.state = 'signed' then coalesce(quotes.root_quote_id, quotes.quote_id) end as signed_chain_id
    from quotes
    left join survivors on quotes.deal_id = survivors.deal_id
),

-- Several chains signed for one deal are several parts of it: each has its first and last proposal, and they add up.
-- Otherwise the deal has one first and one last proposal, whatever its chains. Drafts were never proposed.
parted as (
    select
        *,
        coalesce(min(signed_chain_id) over of_subject <> max(signed_chain_id) over of_subject, false) as is_in_parts,
        max(signed_chain_id) over (partition by chain_id) is not null as is_in_signed_chain
    from versions
    window of_subject as (partition by subject_id)
),

candidates as (
    select
        *,
        case when is_in_parts then chain_id else subject_id end as part_id,
        state <> 'draft' and (is_in_signed_chain or not is_in_parts) as is_candidate
    from parted
),

ranked as (
    select
        *,
        row_number() over (
            partition by is_candidate, part_id order by issued_on, version_number, quote_id
        ) as rank_in_part,
        count(*) over (partition by is_candidate, part_id) as count_in_part
    from candidates
),

final as (
    select
        ranked.quote_id,
        ranked.quote_number,
        ranked.chain_id as root_quote_id,
        ranked.surviving_deal_id as deal_id,
        coalesce(identities.client_id, 'unknown') as client_id,
        cast(ranked.version_number as integer) as version_number,
        ranked.state,
        ranked.issued_on,
        ranked.valid_until_on,
        ranked.signed_on,
        ranked.promised_delivery_on,
        cast(line_totals.proposed_ht_eur as decimal(18, 2)) as proposed_ht_eur,
        cast(line_totals.list_ht_eur as decimal(18, 2)) as list_ht_eur,
        cast(line_totals.discount_ht_eur as decimal(18, 2)) as discount_ht_eur,
        cast(line_totals.standard_cost_eur as decimal(18, 2)) as standard_cost_eur,
        ranked.is_candidate and ranked.rank_in_part = 1 as is_first,
        ranked.is_candidate and ranked.rank_in_part = ranked.count_in_part as is_last
    from ranked
    left join line_totals on ranked.quote_id = line_totals.quote_id
    left join identities on ranked.client_id = identities.source_client_id
)

select * from final
