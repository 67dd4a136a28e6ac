{#- Judgement of the report: see its description. -#}
{%- set late_days = 30 -%}
{%- set main_revenue_share = 0.8 -%}
{%- set minimal_coverage = 0.5 -%}

with

margins as (
    select
        * replace (greatest(least(costed_revenue_ht_eur, revenue_ht_eur), 0) as costed_revenue_ht_eur),
        case when not is_pool then cost_eur end as traced_cost_eur
    from {{ ref('prep_client_margins') }}
),

lateness as (
    select * from {{ ref('prep_client_lateness') }}
),

-- Without revenue in the whole ledger there is nothing to report; without a single cost, a margin would be a fiction.
loaded as (
    select coalesce(sum(abs(cost_eur)), 0) > 0 as has_margin
    from margins
    having sum(abs(revenue_ht_eur)) > 0
),

ranked as (
    select
        margins.*,
        sum(margins.revenue_ht_eur) over company as company_revenue_ht_eur,
        sum(margins.real_margin_eur) over company as company_margin_eur,
        {{ divide('sum(margins.traced_cost_eur) over all_rows', 'sum(margins.cost_eur) over all_rows') }}
            as cost_coverage_ratio,
        row_number() over by_revenue as revenue_rank,
        row_number() over by_margin as profit_rank,
        sum(margins.revenue_ht_eur) over by_revenue as cumulative_revenue_ht_eur,
        sum(margins.real_margin_eur) over by_margin as cumulative_margin_eur,
        count(*) over company as client_count
    from margins
    window
        all_rows as (partition by margins.window_label),
        company as (partition by margins.window_label, margins.is_pool),
        by_revenue as (
            partition by margins.window_label, margins.is_pool
            order by margins.revenue_ht_eur desc, margins.client_id asc
            rows between unbounded preceding and current row
        ),
        by_margin as (
            partition by margins.window_label, margins.is_pool
            order by margins.real_margin_eur desc, margins.client_id asc
            rows between unbounded preceding and current row
        )
),

rated as (
    select
        ranked.*,
        clients.client_name,
        clients.client_type,
        clients.segment,
        coalesce(clients.is_intercompany, false) as is_intercompany,
        lateness.weighted_late_days,
        loaded.has_margin,
        loaded.has_margin and not ranked.is_pool as is_rankable,
        {{ divide('ranked.real_margin_eur', 'greatest(ranked.revenue_ht_eur, 0)') }} as real_margin_ratio,
        {{ divide('ranked.costed_revenue_ht_eur', 'greatest(ranked.revenue_ht_eur, 0)') }} as costed_revenue_ratio,
        {{ divide('ranked.company_margin_eur', 'greatest(ranked.company_revenue_ht_eur, 0)') }} as company_margin_ratio,
        greatest(max(ranked.cumulative_margin_eur) over (partition by ranked.window_label, ranked.is_pool), 0)
            as peak_margin_eur,
        ranked.cumulative_revenue_ht_eur - ranked.revenue_ht_eur
        < {{ main_revenue_share }} * ranked.company_revenue_ht_eur as is_main_client
    from ranked
    cross join loaded
    left join {{ ref('dim_clients') }} as clients on ranked.client_id = clients.client_id
    left join lateness on ranked.window_label = lateness.window_label and ranked.client_id = lateness.client_id
),

final as (
    select
        window_label,
        client_id,
        coalesce(client_name, case when is_pool then 'Non affecté' else client_id end) as client_name,
        coalesce(client_type, 'unknown') as client_type,
        coalesce(segment, 'unknown') as segment,
        is_pool,
        is_intercompany,
        cast(revenue_ht_eur as decimal(18, 2)) as revenue_ht_eur,
        cast(case when has_margin then contribution_eur end as decimal(18, 2)) as contribution_eur,
        cast(case when has_margin then cost_to_serve_eur end as decimal(18, 2)) as cost_to_serve_eur,
        cast(case when has_margin then cost_of_credit_eur end as decimal(18, 2)) as cost_of_credit_eur,
        cast(case when has_margin then bad_debt_eur end as decimal(18, 2)) as bad_debt_eur,
        cast(case when has_margin then real_margin_eur end as decimal(18, 2)) as real_margin_eur,
        case when has_margin then cashed_margin_eur end as cashed_margin_eur,
        case when has_margin then real_margin_ratio end as real_margin_ratio,
        weighted_late_days,
        case when not is_pool then revenue_rank end as revenue_rank,
        case when is_rankable then profit_rank end as profit_rank,
        case when is_rankable then revenue_rank - profit_rank end as rank_gap,
        case when not is_pool then {{ divide('cumulative_revenue_ht_eur', 'greatest(company_revenue_ht_eur, 0)') }} end
            as cumulative_revenue_ratio,
        case when is_rankable then {{ divide('profit_rank', 'client_count') }} end as whale_client_ratio,
        case when is_rankable then {{ divide('cumulative_margin_eur', 'greatest(company_margin_eur, 0)') }} end
            as whale_cumulative_ratio,
        case when is_rankable then {{ divide('peak_margin_eur', 'greatest(company_margin_eur, 0)') }} end
            as whale_peak_ratio,
        cast(case when is_rankable then peak_margin_eur - company_margin_eur end as decimal(18, 2)) as destroyed_eur,
        case
            when not is_rankable then null
            when client_id = 'unknown' or coalesce(costed_revenue_ratio, 0) < {{ minimal_coverage }}
                then 'unclassifiable'
            when real_margin_eur <= 0 or real_margin_ratio < company_margin_ratio / 2
                then case when is_main_client then 'reprice' else 'simplify' end
            when weighted_late_days > {{ late_days }} then 'secure'
            else 'engine'
        end as client_class,
        costed_revenue_ratio,
        cost_coverage_ratio
    from rated
)

select * from final
