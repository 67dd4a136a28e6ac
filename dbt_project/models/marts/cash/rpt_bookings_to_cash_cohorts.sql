with

moves as (
    select
        moves.*,
        cast(date_trunc('month', moves.started_on) as date) as cohort_month,
        case when cells.is_every_type then 'all' else moves.client_type end as cell_client_type
    from {{ ref('prep_cohort_moves') }} as moves
    cross join (values (false), (true)) as cells (is_every_type)
    -- Without a single settlement loaded, nothing would seem to be cashed.
    where exists (select 1 from {{ ref('fct_payment_allocations') }})
),

ages as (
    select
        cohort_kind,
        cohort_month,
        cell_client_type,
        age_days,
        sum(document_count) as document_count,
        max(started_on) as youngest_on,
        sum(gross_ttc) as gross_ttc,
        sum(taken_off_ttc) as taken_off_ttc,
        sum(cashed_ttc) as cashed_ttc,
        min(cashed_ttc) < 0 as has_takeback
    from moves
    group by cohort_kind, cohort_month, cell_client_type, age_days
),

running as (
    select
        *,
        sum(cashed_ttc) over in_time as reached_ttc,
        sum(gross_ttc + taken_off_ttc) over whole as net_ttc,
        {{ as_of() }} - max(youngest_on) over whole as youngest_days
    from ages
    window
        in_time as (partition by cohort_kind, cohort_month, cell_client_type order by age_days),
        whole as (partition by cohort_kind, cohort_month, cell_client_type)
),

-- An age says something of the whole cohort once its youngest document has reached it.
paced as (
    select
        *,
        net_ttc > 0 and age_days <= youngest_days as is_known
    from running
),

horizons as (
    select
        paced.cohort_kind,
        paced.cohort_month,
        paced.cell_client_type,
        horizons.horizon_days,
        max(paced.youngest_days) >= horizons.horizon_days as is_mature,
        sum(paced.document_count) as document_count,
        sum(paced.gross_ttc) filter (where paced.age_days <= horizons.horizon_days) as gross_ttc,
        sum(paced.taken_off_ttc) filter (where paced.age_days <= horizons.horizon_days) as taken_off_ttc,
        sum(paced.cashed_ttc) filter (where paced.age_days <= horizons.horizon_days) as cashed_ttc,
        coalesce(bool_or(paced.has_takeback) filter (
            where paced.age_days > horizons.former_days and paced.age_days <= horizons.horizon_days
        ), false) as was_taken_back,
        min(paced.age_days) filter (where paced.is_known and paced.reached_ttc >= 0.5 * paced.net_ttc)
            as half_cashed_days,
        min(paced.age_days) filter (where paced.is_known and paced.reached_ttc >= 0.9 * paced.net_ttc)
            as nine_tenths_cashed_days
    from paced
    cross join (values (30, 0), (60, 30), (90, 60), (180, 90), (360, 180)) as horizons (horizon_days, former_days)
    group by paced.cohort_kind, paced.cohort_month, paced.cell_client_type, horizons.horizon_days
),

final as (
    select
        cohort_kind,
        cohort_month,
        cell_client_type as client_type,
        horizon_days,
        is_mature,
        cast(document_count as bigint) as document_count,
        cast(gross_ttc as decimal(18, 2)) as gross_ttc_eur,
        cast(gross_ttc + taken_off_ttc as decimal(18, 2)) as net_ttc_eur,
        cast(cashed_ttc as decimal(18, 2)) as cashed_ttc_eur,
        case when is_mature then {{ divide('cashed_ttc', 'greatest(gross_ttc, 0)') }} end
            as cash_conversion_gross_ratio,
        case when is_mature then {{ divide('cashed_ttc', 'greatest(gross_ttc + taken_off_ttc, 0)') }} end
            as cash_conversion_net_ratio,
        was_taken_back,
        cast(half_cashed_days as integer) as half_cashed_days,
        cast(nine_tenths_cashed_days as integer) as nine_tenths_cashed_days
    from horizons
)

select * from final
