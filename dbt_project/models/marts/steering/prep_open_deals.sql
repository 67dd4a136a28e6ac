{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

open_deals as (
    select
        periods.deal_id,
        periods.client_id,
        periods.client_type,
        periods.segment,
        periods.team,
        periods.stage_id,
        periods.stage_entered_on,
        periods.expected_close_on,
        periods.pipeline_ht_eur,
        periods.crm_probability_ratio,
        deals.family,
        deals.channel,
        {{ as_of() }} as as_of_on
    from {{ ref('fct_pipeline_daily') }} as periods
    inner join {{ ref('fct_deals') }} as deals on periods.deal_id = deals.deal_id
    where
        periods.pipeline_state = 'open'
        and periods.from_on <= {{ as_of() }}
        and periods.to_on > {{ as_of() }}
),

chances as (
    select * from {{ with_chances('open_deals', 'as_of_on') }} as chances
),

-- Where nothing is loaded, what a deal has cost is unknown, not zero.
efforts as (
    select
        deal_id,
        sum(cost_eur) as cost_eur
    from {{ ref('fct_acquisition_costs') }}
    where deal_id is not null and spent_on <= {{ as_of() }}
    group by deal_id
),

-- Of a deal with several valid quotes, the promise that is hardest to keep.
promises as (
    select
        quotes.deal_id,
        max(promises.earliest_credible_on) as earliest_credible_on,
        {{ first_known('promises.promise_verdict', 'promises.slack_days, promises.promise_id') }} as promise_verdict
    from {{ ref('rpt_promise_feasibility') }} as promises
    inner join {{ ref('fct_quote_versions') }} as quotes on promises.promise_id = quotes.quote_id
    where promises.promise_kind = 'quote' and quotes.deal_id is not null
    group by quotes.deal_id
),

costs_loaded as (
    select count(*) > 0 as has_costs from {{ ref('fct_acquisition_costs') }}
),

final as (
    select
        chances.*,
        targets.target_level,
        targets.deal_count as target_deal_count,
        targets.margin_ratio,
        targets.courting_cost_eur,
        targets.sales_hours,
        case when costs_loaded.has_costs then coalesce(efforts.cost_eur, 0) end as spent_eur,
        promises.earliest_credible_on,
        coalesce(promises.promise_verdict, 'unpromised') as promise_verdict,
        risks.payment_rating,
        risks.risk_class,
        risks.credit_limit_ttc_eur - risks.exposure_ttc_eur as credit_left_ttc_eur
    from chances
    cross join costs_loaded
    left join {{ ref('prep_deal_targets') }} as targets on chances.deal_id = targets.deal_id
    left join efforts on chances.deal_id = efforts.deal_id
    left join promises on chances.deal_id = promises.deal_id
    left join {{ ref('rpt_client_credit_risk') }} as risks on chances.client_id = risks.client_id
)

select * from final
