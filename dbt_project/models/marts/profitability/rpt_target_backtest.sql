with

cells as (
    select * from {{ ref('prep_target_cells') }}
    where not is_latest and (is_published or target_level = 0)
),

deals as (
    select * from {{ ref('prep_target_deals') }}
    where is_latest and is_mature
),

-- Each deal opened since is foreseen by the finest cell that could be published a year ago.
foreseen as (
    select
        deals.deal_id,
        cells.learned_on,
        cells.value_estimate,
        cells.revenue_estimate,
        case when cells.has_margin then deals.earned_eur - deals.acquisition_cost_eur end as realised_eur,
        case when deals.is_won then coalesce(deals.signed_net_ht_eur, 0) else 0 end as signed_net_ht_eur,
        row_number() over (partition by deals.deal_id order by cells.target_level desc) as fineness_rank
    from deals
    inner join cells
        on
            deals.created_on > cells.learned_on
            and cells.segment in ('all', deals.segment)
            and cells.client_type in ('all', deals.client_type)
            and cells.family in ('all', deals.family)
            and cells.channel in ('all', deals.channel)
),

ranked as (
    select
        foreseen.*,
        rankings.ranked_by,
        case when rankings.ranked_by = 'value' then foreseen.value_estimate else foreseen.revenue_estimate end
            as foreseen_eur
    from foreseen
    cross join (values ('value'), ('revenue')) as rankings (ranked_by)
    where foreseen.fineness_rank = 1
),

tiered as (
    select
        *,
        ntile(3) over (partition by ranked_by order by foreseen_eur desc, deal_id asc) as tier,
        avg(realised_eur) over (partition by ranked_by) as mean_realised_eur
    from ranked
),

final as (
    select
        ranked_by,
        cast(tier as integer) as tier,
        learned_on,
        count(*) as deal_count,
        cast(avg(value_estimate) as decimal(18, 2)) as foreseen_value_eur,
        cast(avg(realised_eur) as decimal(18, 2)) as realised_value_eur,
        cast(sum(realised_eur) as decimal(18, 2)) as realised_total_eur,
        cast(avg(signed_net_ht_eur) as decimal(18, 2)) as realised_signed_net_ht_eur,
        {{ divide('avg(realised_eur)', 'greatest(min(mean_realised_eur), 0)') }} as lift_ratio
    from tiered
    group by ranked_by, tier, learned_on
)

select * from final
