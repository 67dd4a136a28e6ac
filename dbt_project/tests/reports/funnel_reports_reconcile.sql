{%- set measures = [
    'entered_count', 'won_count', 'lost_count', 'open_count', 'seen_at_entry_count', 'entered_value_ht_eur', 'won_value_ht_eur',
    'lost_value_ht_eur', 'open_value_ht_eur', 'meeting_count', 'activity_count', 'quote_count', 'quoted_ht_eur',
    'decided_quote_count', 'signed_quote_count', 'mature_90_count', 'mature_180_count', 'mature_365_count'
] -%}

{{ config(
    description='I17: the funnel counts every deal and quote once in each kind of perimeter; its rates are in order.',
    meta={'dagster': {'ref': {'name': 'rpt_funnel_conversion'}}},
) }}

with

funnel as (
    select
        *,
        cohort_label || ' / ' || perimeter_kind || ' / ' || perimeter_label as row_label
    from {{ ref('rpt_funnel_conversion') }}
),

deals as (
    select
        *,
        coalesce(closed_on <= {{ as_of() }}, false) as is_over,
        coalesce(nullif(first_proposed_ht_eur, 0), nullif(deal_ht_eur, 0)) as value_ht_eur
    from {{ ref('fct_deals') }}
    where created_on <= {{ as_of() }}
),

sums as (
    select
        count(*) as entered_count,
        sum(value_ht_eur) as entered_value_ht_eur,
        count(*) filter (where is_over and outcome = 'won') as won_count,
        count(*) filter (where is_over and outcome = 'lost') as lost_count
    from deals
),

quotes as (
    select
        count(*) as quote_count,
        sum(versions.proposed_ht_eur) as quoted_ht_eur,
        count(*) filter (where versions.state = 'signed') as signed_quote_count
    from {{ ref('fct_quote_versions') }} as versions
    inner join deals on versions.deal_id = deals.deal_id
    where versions.state <> 'draft' and versions.issued_on <= {{ as_of() }}
),

failures as (
    select
        row_label,
        'the grain is one row per cohort and perimeter' as reason
    from funnel
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'won + lost + open are the deals entered, and their value' as reason
    from funnel
    where
        won_count + lost_count + open_count <> entered_count
        or coalesce(won_value_ht_eur, 0) + coalesce(lost_value_ht_eur, 0) + coalesce(open_value_ht_eur, 0)
        <> coalesce(entered_value_ht_eur, 0)
    union all
    select
        row_label,
        'cash-confirmed <= net <= signed <= 1' as reason
    from funnel
    where
        cash_confirmed_win_ratio > net_win_ratio
        or net_win_ratio > signed_win_ratio
        or signed_win_ratio > 1
        or cash_confirmed_win_value_ratio > net_win_value_ratio
        or net_win_value_ratio > signed_win_value_ratio
    union all
    select
        row_label,
        'the probability to win grows with age and stays below 1' as reason
    from funnel
    where
        cif_won_90_ratio > cif_won_180_ratio
        or cif_won_180_ratio > cif_won_365_ratio
        or cif_won_90_ratio > 1 or cif_won_180_ratio > 1 or cif_won_365_ratio > 1
    union all
    {{ perimeters_that_miss('funnel', measures) }}
    union all
    select
        'all' as row_label,
        'the funnel counts every deal and every quote once' as reason
    from sums
    cross join quotes
    left join funnel on funnel.row_label = 'all / all / all'
    where
        coalesce(funnel.entered_count, 0) <> sums.entered_count
        or funnel.entered_value_ht_eur is distinct from sums.entered_value_ht_eur
        or coalesce(funnel.won_count, 0) <> sums.won_count
        or coalesce(funnel.lost_count, 0) <> sums.lost_count
        or coalesce(funnel.quote_count, 0) <> quotes.quote_count
        or coalesce(funnel.signed_quote_count, 0) <> quotes.signed_quote_count
        or coalesce(funnel.quoted_ht_eur, 0) <> coalesce(quotes.quoted_ht_eur, 0)
)

select * from failures
