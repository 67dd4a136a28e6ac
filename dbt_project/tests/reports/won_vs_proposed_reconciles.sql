{%- set measures = [
    'deal_count', 'proposed_count', 'won_count', 'won_without_quote_count', 'won_without_order_count',
    'proposed_ht_eur', 'won_proposed_ht_eur', 'signed_ht_eur'
] -%}

{{ config(
    description='What is proposed and won adds up along each axis; W - P is mix + concession, to the cent.',
    meta={'dagster': {'ref': {'name': 'rpt_won_vs_proposed'}}},
) }}

with

won as (
    select
        *,
        cohort_label || ' / ' || perimeter_kind || ' / ' || perimeter_label as row_label
    from {{ ref('rpt_won_vs_proposed') }}
),

deals as (
    select
        count(*) as deal_count,
        count(nullif(first_proposed_ht_eur, 0)) as proposed_count,
        count(*) filter (where outcome = 'won' and closed_on <= {{ as_of() }}) as won_count,
        sum(first_proposed_ht_eur) as proposed_ht_eur,
        sum(nullif(signed_ht_eur, 0)) filter (where outcome = 'won' and closed_on <= {{ as_of() }}) as signed_ht_eur
    from {{ ref('fct_deals') }}
    where created_on <= {{ as_of() }}
),

failures as (
    select
        row_label,
        'the grain is one row per cohort and perimeter' as reason
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
        row_label,
        'the averages are those of the sums' as reason
    from won
    where
        abs(average_proposed_ht_eur * proposed_count - proposed_ht_eur) > 0.005 * proposed_count
        or abs(average_signed_ht_eur * (won_count - won_without_order_count) - signed_ht_eur) > 0.005 * won_count
    union all
    {{ perimeters_that_miss('won', measures) }}
    union all
    select
        'all' as row_label,
        'every deal, every euro proposed and every euro signed counts once' as reason
    from deals
    left join won on won.row_label = 'all / all / all'
    where
        deals.proposed_count > 0
        and (
            won.deal_count is distinct from deals.deal_count
            or won.proposed_count is distinct from deals.proposed_count
            or won.won_count is distinct from deals.won_count
            or won.proposed_ht_eur is distinct from deals.proposed_ht_eur
            or won.signed_ht_eur is distinct from deals.signed_ht_eur
        )
)

select * from failures
