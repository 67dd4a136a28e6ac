with

debts as (
    select * from {{ ref('prep_late_debts') }}
),

-- Interest is counted in millionths of a euro-day, cumulatively: its half-years add up to the cent.
rated as (
    select
        *,
        case
            when bears_interest then late_euro_days * cast(yearly_rate_ratio * 1000000 as integer) else 0
        end as rated_euro_days
    from debts
),

cumulated as (
    select
        *,
        cast(sum(rated_euro_days) over (
            partition by invoice_id order by half_year_from_on rows unbounded preceding
        ) as decimal(28, 2)) as reached_euro_days
    from rated
),

penalised as (
    select
        *,
        {{ prorate('reached_euro_days', '0.000001', '365') }}
        - {{ prorate('cast(reached_euro_days - rated_euro_days as decimal(28, 2))', '0.000001', '365') }}
            as late_penalty_eur,
        case
            when late_days > 0 and half_year_from_on = first_half_year_on then coalesce(collection_fee_eur, 0)
            else 0
        end as fee_eur
    from cumulated
),

final as (
    select
        invoice_id,
        half_year_from_on,
        cast(extract(year from half_year_from_on) as varchar)
        || case when extract(month from half_year_from_on) = 1 then '-S1' else '-S2' end as half_year_label,
        client_id,
        client_name,
        client_type,
        issued_on,
        is_disputed,
        is_insolvent,
        late_days,
        late_euro_days,
        yearly_rate_ratio,
        bears_interest and yearly_rate_ratio is null as is_rate_missing,
        cast(late_penalty_eur as decimal(18, 2)) as late_penalty_eur,
        cast(fee_eur as decimal(18, 2)) as collection_fee_eur,
        cast(late_penalty_eur + fee_eur as decimal(18, 2)) as claimable_eur,
        cast(claimed_eur as decimal(18, 2)) as claimed_eur
    from penalised
    -- Without a single settlement loaded, every invoice would look late.
    where exists (select 1 from {{ ref('fct_payment_allocations') }})
)

select * from final
