with

deals as (
    select
        client_type,
        outcome = 'won' as is_won,
        cast(date_trunc('quarter', created_on) as date) as cohort_start_on,
        concat(extract(year from created_on), '-T', extract(quarter from created_on)) as cohort_label,
        -- A framework contract is quoted at 0: its value is unknown, not nil.
        nullif(first_proposed_ht_eur, 0) as first_proposed_ht_eur,
        nullif(last_proposed_ht_eur, 0) as last_proposed_ht_eur,
        nullif(signed_ht_eur, 0) as known_signed_ht_eur
    from {{ ref('fct_deals') }}
),

-- Without a single quote loaded, nothing is known of what is proposed.
quoted as (
    select count(first_proposed_ht_eur) > 0 as has_quotes from deals
),

cell_deals as (
    select
        case when cells.is_every_cohort then 'all' else deals.cohort_label end as cohort_label,
        case when not cells.is_every_cohort then deals.cohort_start_on end as cohort_start_on,
        case when cells.is_every_type then 'all' else deals.client_type end as client_type,
        deals.is_won,
        deals.first_proposed_ht_eur,
        case when deals.is_won then deals.first_proposed_ht_eur end as won_first_ht_eur,
        case when deals.is_won then deals.last_proposed_ht_eur end as won_last_ht_eur,
        case when deals.is_won then deals.known_signed_ht_eur end as won_signed_ht_eur,
        deals.is_won and deals.first_proposed_ht_eur is not null and deals.known_signed_ht_eur is not null
            as is_comparable
    from deals
    cross join {{ cohort_cells() }}
    cross join quoted
    where quoted.has_quotes
),

cells as (
    select
        cohort_label,
        cohort_start_on,
        client_type,
        count(*) as deal_count,
        count(first_proposed_ht_eur) as proposed_count,
        count(*) filter (where is_won) as won_count,
        count(*) filter (where is_won and first_proposed_ht_eur is null) as won_without_quote_count,
        count(*) filter (where is_won and won_signed_ht_eur is null) as won_without_order_count,
        cast(sum(first_proposed_ht_eur) as decimal(18, 2)) as proposed_ht_eur,
        cast(sum(won_first_ht_eur) as decimal(18, 2)) as won_proposed_ht_eur,
        cast(sum(won_signed_ht_eur) as decimal(18, 2)) as signed_ht_eur,
        cast(avg(first_proposed_ht_eur) as decimal(18, 2)) as average_proposed_ht_eur,
        cast(avg(won_first_ht_eur) as decimal(18, 2)) as average_won_proposed_ht_eur,
        cast(avg(won_last_ht_eur) as decimal(18, 2)) as average_won_last_proposed_ht_eur,
        cast(avg(won_signed_ht_eur) as decimal(18, 2)) as average_signed_ht_eur,
        {{ quantile('first_proposed_ht_eur', 0.5, 'decimal(18, 2)') }} as median_proposed_ht_eur,
        {{ quantile('won_first_ht_eur', 0.5, 'decimal(18, 2)') }} as median_won_proposed_ht_eur,
        {{ quantile('won_signed_ht_eur', 0.5, 'decimal(18, 2)') }} as median_signed_ht_eur,
        sum(won_signed_ht_eur) filter (where is_comparable) as comparable_signed_ht_eur,
        sum(first_proposed_ht_eur) filter (where is_comparable) as comparable_proposed_ht_eur
    from cell_deals
    group by cohort_label, cohort_start_on, client_type
),

final as (
    select
        cohort_label,
        cohort_start_on,
        client_type,
        deal_count,
        proposed_count,
        won_count,
        won_without_quote_count,
        won_without_order_count,
        proposed_ht_eur,
        won_proposed_ht_eur,
        signed_ht_eur,
        average_proposed_ht_eur,
        average_won_proposed_ht_eur,
        average_won_last_proposed_ht_eur,
        average_signed_ht_eur,
        median_proposed_ht_eur,
        median_won_proposed_ht_eur,
        median_signed_ht_eur,
        -- Differences of the rounded averages, so that mix + concession is the gap to the cent.
        cast(average_signed_ht_eur - average_proposed_ht_eur as decimal(18, 2)) as won_gap_ht_eur,
        cast(average_won_proposed_ht_eur - average_proposed_ht_eur as decimal(18, 2)) as mix_effect_ht_eur,
        cast(average_signed_ht_eur - average_won_proposed_ht_eur as decimal(18, 2)) as concession_effect_ht_eur,
        {{ divide('comparable_proposed_ht_eur - comparable_signed_ht_eur', 'comparable_proposed_ht_eur') }}
            as concession_ratio
    from cells
)

select * from final
