with

deals as (
    select
        *,
        cast(pipeline_ht_eur * win_probability_ratio as decimal(18, 2)) as weighted_ht_eur,
        case when expected_close_on < as_of_on then as_of_on else expected_close_on end as signed_on,
        case when courting_cost_eur < spent_eur then 0 else courting_cost_eur - spent_eur end
            as acquisition_cost_to_go_eur
    from {{ ref('prep_open_deals') }}
),

lags as (
    select * from {{ ref('prep_signature_lags') }}
),

-- A type of client that has paid too few times says less than all of them.
own_lags as (
    select lags.*
    from lags
    cross join {{ ref('prep_funnel_thresholds') }} as thresholds
    where lags.receipt_count >= thresholds.minimum_count
),

valued as (
    select
        deals.*,
        {%- for share in ['p10', 'p50', 'p90'] %}
            deals.signed_on + coalesce(own_lags.{{ share }}_lag_days, all_lags.{{ share }}_lag_days)
                as {{ share }}_cash_on,
        {%- endfor %}
        cast(deals.weighted_ht_eur * deals.margin_ratio as decimal(18, 2)) as expected_margin_eur,
        cast(deals.weighted_ht_eur * deals.margin_ratio - deals.acquisition_cost_to_go_eur as decimal(18, 2))
            as expected_value_eur
    from deals
    left join own_lags on deals.client_type = own_lags.client_type
    left join lags as all_lags on all_lags.client_type = 'all'
),

ranked as (
    select
        *,
        rank() over (order by expected_value_eur desc nulls last) as by_value,
        rank() over (order by pipeline_ht_eur desc nulls last) as by_amount
    from valued
),

final as (
    select
        deal_id,
        as_of_on,
        client_id,
        client_type,
        segment,
        team,
        family,
        stage_id,
        expected_close_on,
        coalesce(expected_close_on < as_of_on, false) as is_close_overdue,
        pipeline_ht_eur,
        crm_probability_ratio,
        win_probability_ratio,
        weighted_ht_eur,
        target_level,
        target_deal_count,
        cast(margin_ratio as decimal(9, 6)) as margin_ratio,
        expected_margin_eur,
        cast(spent_eur as decimal(18, 2)) as spent_eur,
        cast(acquisition_cost_to_go_eur as decimal(18, 2)) as acquisition_cost_to_go_eur,
        expected_value_eur,
        {{ divide('expected_value_eur', 'sales_hours', 'decimal(18, 2)') }} as value_per_sales_hour_eur,
        p10_cash_on,
        p50_cash_on,
        p90_cash_on,
        payment_rating,
        risk_class,
        cast(credit_left_ttc_eur as decimal(18, 2)) as credit_left_ttc_eur,
        promise_verdict,
        earliest_credible_on,
        case when expected_value_eur is not null then by_value end as value_rank,
        case when pipeline_ht_eur is not null then by_amount end as amount_rank,
        case when expected_value_eur is not null then by_amount - by_value end as rank_gap
    from ranked
)

select * from final
