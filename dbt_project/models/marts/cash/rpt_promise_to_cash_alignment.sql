{%- set gaps = ['delivery', 'invoicing', 'cashing'] -%}

with

measures as (
    select * from {{ ref('prep_alignment_measures') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

tolerances as (
    select * from {{ ref('map_alignment_tolerances') }}
),

order_gaps as (
    {%- for gap in gaps %}
        select
            order_id,
            '{{ gap }}' as gap_name,
            {{ gap }}_gap_days as gap_days,
            {{ gap }}_late_ttc{{ ' + over_invoiced_ttc_eur' if gap == 'invoicing' }} as stray_ttc
        from measures
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- The gap that matters most is one beyond its tolerance, and of these the one that is the most days beyond.
judged_gaps as (
    select
        order_gaps.*,
        coalesce(order_gaps.gap_days > tolerances.tolerance_days, false)
        or coalesce(order_gaps.stray_ttc > tolerances.tolerance_ttc_eur, false) as is_beyond,
        coalesce(order_gaps.gap_days - tolerances.tolerance_days, -99999) as days_beyond,
        tolerances.gap_position
    from order_gaps
    inner join tolerances on order_gaps.gap_name = tolerances.gap_name
),

ranked_gaps as (
    select
        *,
        row_number() over (
            partition by order_id order by is_beyond desc, days_beyond desc, gap_position asc
        ) as gap_rank
    from judged_gaps
),

final as (
    select
        measures.order_id,
        orders.order_number,
        measures.client_id,
        orders.client_type,
        orders.segment,
        measures.signed_on,
        measures.promised_first_on,
        measures.promised_last_on,
        measures.delivered_on,
        measures.invoiced_on,
        measures.cashed_on,
        {%- for amount in ['signed_net', 'delivered', 'invoiced', 'cashed', 'billed_ahead', 'over_invoiced'] %}
            cast(measures.{{ amount }}_ttc_eur as decimal(18, 2)) as {{ amount }}_ttc_eur,
        {%- endfor %}
        cast(measures.signed_net_ttc_eur - measures.delivered_ttc_eur as decimal(18, 2)) as delivery_gap_ttc_eur,
        cast(measures.delivered_ttc_eur - measures.invoiced_ttc_eur as decimal(18, 2)) as invoicing_gap_ttc_eur,
        cast(measures.invoiced_ttc_eur - measures.cashed_ttc_eur as decimal(18, 2)) as cashing_gap_ttc_eur,
        {%- for gap in gaps %}
            measures.{{ gap }}_gap_days,
            cast(measures.{{ gap }}_late_ttc as decimal(18, 2)) as {{ gap }}_late_ttc_eur,
        {%- endfor %}
        case when ranked_gaps.is_beyond or ranked_gaps.gap_days is not null then ranked_gaps.gap_name end as worst_gap,
        case
            when measures.cashed_ttc_eur > measures.invoiced_ttc_eur then 'cashed_above_invoiced'
            when measures.invoiced_ttc_eur > measures.delivered_ttc_eur and measures.over_invoiced_ttc_eur > 0
                then 'over_invoiced'
            when measures.invoiced_ttc_eur > measures.delivered_ttc_eur then 'billed_ahead'
        end as disorder_reason,
        not coalesce(ranked_gaps.is_beyond, false) as is_aligned
    from measures
    inner join orders on measures.order_id = orders.order_id
    left join ranked_gaps on measures.order_id = ranked_gaps.order_id and ranked_gaps.gap_rank = 1
)

select * from final
