{%- set horizons = [0, 3, 8] -%}

with

-- What an order delivers in a day is one delivery; it is invoiced when its last euro is.
deliveries as (
    select
        order_id,
        delivered_on,
        team,
        segment,
        month_end_on,
        sum(part_ht_eur) filter (where is_standing) as delivered_ht,
        sum(part_ttc_eur) filter (where is_standing) as delivered_ttc,
        coalesce(sum(part_ht_eur) filter (where is_standing and issued_on is not null), 0) as invoiced_ht,
        coalesce(sum(part_ttc_eur) filter (where is_standing and issued_on is not null), 0) as invoiced_ttc,
        coalesce(sum(part_ttc_eur) filter (where is_standing and issued_on < delivered_on), 0) as ahead_ttc,
        {%- for days in horizons %}
            coalesce(sum(part_ttc_eur) filter (where is_standing and issued_on <= delivered_on + {{ days }}), 0)
                as invoiced_{{ days }}_ttc,
        {%- endfor %}
        coalesce(sum(part_ttc_eur) filter (where is_standing and issued_on <= month_end_on), 0) as in_month_ttc,
        coalesce(sum(part_ttc_eur) filter (where is_standing and is_issued_at_closing), 0) as at_closing_ttc,
        sum(part_ttc_eur * lag_days) filter (where is_standing) as lag_euro_days,
        sum(part_ttc_eur * greatest(lag_days, 0)) filter (where is_standing) as wait_euro_days,
        max(lag_days) filter (where is_standing) as lag_days,
        sum(delay_cost_eur) as delay_cost_eur
    from {{ ref('prep_delivery_waits') }}
    group by order_id, delivered_on, team, segment, month_end_on
),

cell_deliveries as (
    select
        deliveries.*,
        cast(date_trunc('month', deliveries.delivered_on) as date) as delivered_month,
        case when cells.is_every_team then 'all' else deliveries.team end as cell_team,
        case when cells.is_every_segment then 'all' else deliveries.segment end as cell_segment
    from deliveries
    cross join {{ cohort_cells('is_every_team', 'is_every_segment') }}
),

cells as (
    select
        delivered_month,
        cell_team,
        cell_segment,
        month_end_on < {{ as_of() }} as is_month_over,
        count(*) as delivery_count,
        sum(delivered_ht) as delivered_ht,
        sum(delivered_ttc) as delivered_ttc,
        sum(invoiced_ht) as invoiced_ht,
        sum(invoiced_ttc) as invoiced_ttc,
        sum(ahead_ttc) as ahead_ttc,
        -- A delivery tells of its first days only once they are over.
        {%- for days in horizons %}
            {%- set is_over = 'delivered_on + ' ~ days ~ ' < ' ~ as_of() %}
            {{ divide(
                'sum(invoiced_' ~ days ~ '_ttc) filter (where ' ~ is_over ~ ')',
                'sum(delivered_ttc) filter (where ' ~ is_over ~ ')'
            ) }} as invoiced_{{ days }}_days_ratio,
        {%- endfor %}
        sum(in_month_ttc) as in_month_ttc,
        {{ divide('sum(at_closing_ttc)', 'sum(invoiced_ttc)') }} as invoiced_at_closing_ratio,
        {{ divide('sum(lag_euro_days)', 'sum(delivered_ttc)', 'decimal(9, 2)') }} as weighted_lag_days,
        {{ divide('sum(wait_euro_days)', 'sum(delivered_ttc)', 'decimal(9, 2)') }} as weighted_wait_days,
        {{ quantile('lag_days', 0.5) }} as median_lag_days,
        {{ quantile('lag_days', 0.9) }} as p90_lag_days,
        sum(delay_cost_eur) as delay_cost_eur
    from cell_deliveries
    group by delivered_month, cell_team, cell_segment, month_end_on
),

final as (
    select
        delivered_month,
        cell_team as team,
        cell_segment as segment,
        is_month_over,
        delivery_count,
        cast(delivered_ht as decimal(18, 2)) as delivered_ht_eur,
        cast(delivered_ttc as decimal(18, 2)) as delivered_ttc_eur,
        cast(invoiced_ht as decimal(18, 2)) as billed_ht_eur,
        cast(invoiced_ttc as decimal(18, 2)) as billed_ttc_eur,
        cast(ahead_ttc as decimal(18, 2)) as invoiced_ahead_ttc_eur,
        cast(delivered_ht - invoiced_ht as decimal(18, 2)) as unbilled_ht_eur,
        cast(delivered_ttc - invoiced_ttc as decimal(18, 2)) as unbilled_ttc_eur,
        weighted_lag_days,
        weighted_wait_days,
        median_lag_days,
        p90_lag_days,
        {%- for days in horizons %}
            invoiced_{{ days }}_days_ratio,
        {%- endfor %}
        case when is_month_over then {{ divide('in_month_ttc', 'delivered_ttc') }} end as invoiced_in_month_ratio,
        case when is_month_over then cast(delivered_ttc - in_month_ttc as decimal(18, 2)) end as late_ttc_eur,
        case when is_month_over then {{ divide('delivered_ttc - in_month_ttc', 'delivered_ttc') }} end as late_ratio,
        invoiced_at_closing_ratio,
        cast(delay_cost_eur as decimal(18, 2)) as delay_cost_eur
    from cells
)

select * from final
