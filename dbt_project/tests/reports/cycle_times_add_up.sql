{{ config(
    description='I13: the euro-weighted legs add up exactly to the delay from quote to cash.',
    meta={'dagster': {'ref': {'name': 'rpt_cycle_times'}}},
) }}

with

legs as (
    select
        *,
        cohort_label || ' / ' || perimeter_kind || ' / ' || perimeter_label as row_label
    from {{ ref('rpt_cycle_times') }}
),

dated_cash as (
    select sum(cashed_ttc_eur) as cashed_ttc_eur
    from {{ ref('fct_cash_milestones') }}
    where first_quoted_on is not null and signed_on is not null and delivered_on is not null
),

quoted_deals as (
    select count(*) as deal_count
    from {{ ref('fct_deals') }}
    where first_quoted_on is not null
),

failures as (
    select
        row_label || ' / ' || leg as row_label,
        'the grain is one row per cohort, perimeter and leg' as reason
    from legs
    group by row_label, leg
    having count(*) > 1
    union all
    select
        row_label,
        'the euro-weighted legs from quote to cash add up exactly to the total' as reason
    from legs
    group by row_label
    having
        sum(weighted_days) filter (where leg_position between 2 and 6)
        is distinct from sum(weighted_days) filter (where is_total)
    union all
    select
        row_label,
        'the legs share one base' as reason
    from legs
    group by row_label
    having count(distinct weighted_base_ttc_eur) > 1
    union all
    select
        row_label || ' / ' || leg as row_label,
        'the median is below the ninth decile' as reason
    from legs
    where median_days > p90_days
    union all
    select
        parts.cohort_label || ' / ' || parts.perimeter_kind || ' / ' || parts.leg as row_label,
        'the perimeters of a kind add up to the company' as reason
    from legs as parts
    inner join legs as company
        on parts.cohort_label = company.cohort_label and parts.leg = company.leg and company.perimeter_kind = 'all'
    group by parts.cohort_label, parts.perimeter_kind, parts.leg
    having
        sum(parts.done_count) <> max(company.done_count)
        or sum(parts.waiting_count) <> max(company.waiting_count)
        or sum(parts.given_up_count) <> max(company.given_up_count)
        or sum(coalesce(parts.weighted_base_ttc_eur, 0)) <> max(coalesce(company.weighted_base_ttc_eur, 0))
    union all
    select
        perimeter_kind || ' / ' || perimeter_label || ' / ' || leg as row_label,
        'the cohorts of a perimeter add up to all' as reason
    from legs
    group by perimeter_kind, perimeter_label, leg
    having
        sum(case when cohort_label = 'all' then -1 else 1 end * done_count) <> 0
        or sum(case when cohort_label = 'all' then -1 else 1 end * waiting_count) <> 0
        or sum(case when cohort_label = 'all' then -1 else 1 end * given_up_count) <> 0
        or sum(case when cohort_label = 'all' then -1 else 1 end * coalesce(weighted_base_ttc_eur, 0)) <> 0
    union all
    select
        'all' as row_label,
        'every signed deal and every dated euro of cash counts once' as reason
    from dated_cash
    cross join quoted_deals
    left join legs as company
        on company.cohort_label = 'all' and company.perimeter_kind = 'all' and company.leg = 'quoted_to_signed'
    where
        company.weighted_base_ttc_eur is distinct from dated_cash.cashed_ttc_eur
        or (
            company.done_count > 0
            and company.done_count + company.waiting_count + company.given_up_count <> quoted_deals.deal_count
        )
)

select * from failures
