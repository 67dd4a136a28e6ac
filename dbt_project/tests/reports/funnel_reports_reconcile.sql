{{ config(
    description='The funnel and won-vs-proposed count each deal once; their cells and identities add up to the cent.',
    meta={'dagster': {'ref': {'name': 'rpt_funnel_conversion'}}},
) }}

with

funnel as (
    select
        *,
        cohort_label || ' / ' || client_type as row_label
    from {{ ref('rpt_funnel_conversion') }}
),

won as (
    select
        *,
        cohort_label || ' / ' || client_type as row_label
    from {{ ref('rpt_won_vs_proposed') }}
),

deals as (
    select
        count(*) as deal_count,
        count(nullif(first_proposed_ht_eur, 0)) as quoted_count,
        count(*) filter (where outcome = 'won') as won_count,
        sum(nullif(signed_ht_eur, 0)) filter (where outcome = 'won') as signed_ht_eur
    from {{ ref('fct_deals') }}
),

failures as (
    select
        row_label,
        'the grain of the funnel is one row per cohort and client type' as reason
    from funnel
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'won + lost + open are the deals entered' as reason
    from funnel
    where won_count + lost_count + open_count <> entered_count
    union all
    select
        row_label,
        'cash-confirmed <= net <= signed <= 1' as reason
    from funnel
    where
        coalesce(cash_confirmed_win_ratio, 0) > coalesce(net_win_ratio, 1)
        or coalesce(net_win_ratio, 0) > signed_win_ratio
        or signed_win_ratio > 1
        or coalesce(cash_confirmed_win_value_ratio, 0) > coalesce(net_win_value_ratio, 1)
        or coalesce(net_win_value_ratio, 0) > coalesce(signed_win_value_ratio, 0)
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
    select
        parts.cohort_label as row_label,
        'the types of client of a cohort add up to all' as reason
    from funnel as parts
    group by parts.cohort_label
    having
        sum(case when client_type = 'all' then -entered_count else entered_count end) <> 0
        or sum(case when client_type = 'all' then -won_count else won_count end) <> 0
        or sum(case when client_type = 'all' then -1 else 1 end * coalesce(won_value_ht_eur, 0)) <> 0
    union all
    select
        parts.client_type as row_label,
        'the cohorts of a type of client add up to all' as reason
    from funnel as parts
    group by parts.client_type
    having
        sum(case when cohort_label = 'all' then -entered_count else entered_count end) <> 0
        or sum(case when cohort_label = 'all' then -lost_count else lost_count end) <> 0
        or sum(case when cohort_label = 'all' then -1 else 1 end * coalesce(won_value_ht_eur, 0)) <> 0
    union all
    select
        'all' as row_label,
        'the funnel counts every deal once' as reason
    from deals
    left join funnel on funnel.row_label = 'all / all'
    where
        coalesce(funnel.entered_count, 0) <> deals.deal_count
        or coalesce(funnel.won_count, 0) <> deals.won_count
    union all
    select
        row_label,
        'the grain of won vs proposed is one row per cohort and client type' as reason
    from won
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'mix + concession are the gap, to the cent' as reason
    from won
    where
        mix_effect_ht_eur + concession_effect_ht_eur is distinct from won_gap_ht_eur
        and average_won_proposed_ht_eur is not null and average_signed_ht_eur is not null
    union all
    select
        parts.cohort_label as row_label,
        'the types of client add up to all in won vs proposed' as reason
    from won as parts
    group by parts.cohort_label
    having
        sum(case when client_type = 'all' then -deal_count else deal_count end) <> 0
        or sum(case when client_type = 'all' then -1 else 1 end * coalesce(signed_ht_eur, 0)) <> 0
        or sum(case when client_type = 'all' then -1 else 1 end * coalesce(proposed_ht_eur, 0)) <> 0
    union all
    select
        'all' as row_label,
        'won vs proposed holds every signed euro of the deals won' as reason
    from deals
    left join won on won.row_label = 'all / all'
    where
        deals.quoted_count > 0
        and (
            coalesce(won.deal_count, 0) <> deals.deal_count
            or won.signed_ht_eur is distinct from deals.signed_ht_eur
        )
)

select * from failures
