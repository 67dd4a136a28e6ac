with

cells as (
    select
        *,
        -- Four chances in five that the true value lies within, where estimates err like a normal law.
        1.2816 * value_error as half_width
    from {{ ref('prep_target_cells') }}
    where is_latest and (is_published or target_level = 0)
),

ranked as (
    select
        *,
        row_number() over (
            partition by target_level
            order by value_estimate desc, segment asc, client_type asc, family asc, channel asc
        ) as by_value,
        row_number() over (
            partition by target_level
            order by revenue_estimate desc, segment asc, client_type asc, family asc, channel asc
        ) as by_revenue
    from cells
),

final as (
    select
        learned_on as as_of_on,
        cast(target_level as integer) as target_level,
        segment,
        client_type,
        family,
        channel,
        deal_count,
        client_count,
        cast(won_count as bigint) as won_count,
        margin_count,
        cast(win_estimate as decimal(9, 6)) as win_chance_ratio,
        cast(case when has_margin then margin_estimate end as decimal(18, 2)) as won_margin_eur,
        cast(cost_estimate as decimal(18, 2)) as courting_cost_eur,
        cast(hours_estimate as decimal(9, 2)) as sales_hours,
        cast(revenue_estimate as decimal(18, 2)) as expected_signed_net_ht_eur,
        cast(case when has_margin then value_estimate end as decimal(18, 2)) as expected_value_eur,
        cast(case when has_margin then value_estimate - half_width end as decimal(18, 2)) as value_low_eur,
        cast(case when has_margin then value_estimate + half_width end as decimal(18, 2)) as value_high_eur,
        case when has_margin then {{ divide('value_estimate', 'hours_estimate', 'decimal(18, 2)') }} end
            as value_per_sales_hour_eur,
        case when has_margin then by_value end as value_rank,
        by_revenue as signed_rank,
        case when has_margin then by_revenue - by_value end as rank_gap
    from ranked
)

select * from final
