{%- set measures = ['proposed', 'won_proposed', 'won_last_proposed', 'signed'] -%}
{%- set statistics = ['average', 'trimmed', 'median', 'p90'] -%}

with

deals as (
    select
        *,
        is_won and first_proposed_ht_eur is not null and signed_ht_eur is not null as is_comparable
    from {{ ref('prep_proposed_deals') }}
),

thresholds as (
    select * from {{ ref('prep_funnel_thresholds') }}
),

cells as (
    select
        cohort_label,
        cohort_start_on,
        perimeter_kind,
        perimeter_label,
        count(*) as deal_count,
        count(first_proposed_ht_eur) as proposed_count,
        count(*) filter (where is_won) as won_count,
        count(*) filter (where is_won and first_proposed_ht_eur is null) as won_without_quote_count,
        count(*) filter (where is_won and signed_ht_eur is null) as won_without_order_count,
        cast(sum(first_proposed_ht_eur) as decimal(18, 2)) as proposed_ht_eur,
        cast(sum(first_proposed_ht_eur) filter (where is_won) as decimal(18, 2)) as won_proposed_ht_eur,
        cast(sum(signed_ht_eur) filter (where is_won) as decimal(18, 2)) as signed_ht_eur,
        sum(signed_ht_eur) filter (where is_comparable) as comparable_signed_ht_eur,
        sum(first_proposed_ht_eur) filter (where is_comparable) as comparable_proposed_ht_eur
    from deals
    group by cohort_label, cohort_start_on, perimeter_kind, perimeter_label
),

amounts as (
    select
        cohort_label,
        perimeter_kind,
        perimeter_label,
        {%- for measure in measures %}
            {%- for statistic in statistics %}
                max(case when measure = '{{ measure }}' then {{ statistic }}_ht_eur end)
                    as {{ statistic }}_{{ measure }}_ht_eur{% if not loop.last %},{% endif %}
            {%- endfor %}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('prep_proposal_amounts') }}
    group by cohort_label, perimeter_kind, perimeter_label
),

final as (
    select
        cells.cohort_label,
        cells.cohort_start_on,
        cells.perimeter_kind,
        cells.perimeter_label,
        cells.won_count >= thresholds.minimum_count as has_enough_deals,
        cells.deal_count,
        cells.proposed_count,
        cells.won_count,
        cells.won_without_quote_count,
        cells.won_without_order_count,
        cells.proposed_ht_eur,
        cells.won_proposed_ht_eur,
        cells.signed_ht_eur,
        {%- for statistic in statistics %}
            {%- for measure in measures %}
                amounts.{{ statistic }}_{{ measure }}_ht_eur,
            {%- endfor %}
        {%- endfor %}
        -- Differences of the rounded averages, so that mix + concession is the gap to the cent.
        cast(amounts.average_signed_ht_eur - amounts.average_proposed_ht_eur as decimal(18, 2)) as won_gap_ht_eur,
        cast(amounts.average_won_proposed_ht_eur - amounts.average_proposed_ht_eur as decimal(18, 2))
            as mix_effect_ht_eur,
        cast(amounts.average_signed_ht_eur - amounts.average_won_proposed_ht_eur as decimal(18, 2))
            as concession_effect_ht_eur,
        {{ divide(
            'cells.comparable_proposed_ht_eur - cells.comparable_signed_ht_eur', 'cells.comparable_proposed_ht_eur'
        ) }} as concession_ratio
    from cells
    cross join thresholds
    left join amounts
        on
            cells.cohort_label = amounts.cohort_label
            and cells.perimeter_kind = amounts.perimeter_kind
            and cells.perimeter_label = amounts.perimeter_label
)

select * from final
