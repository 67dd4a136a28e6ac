{{ config(
    description='On the as-of day, alerts look at what the reports say: deliveries not invoiced, use of the limits.',
    meta={'dagster': {'ref': {'name': 'rpt_drift_alerts'}}},
) }}

with

observations as (
    {%- for family in ['unbilled', 'solvency'] %}
        select
            rule_id || ' / ' || entity_id as compared_key,
            rule_id,
            observed_quantity,
            stake_eur
        from {{ ref('prep_' ~ family ~ '_alerts') }}
        where as_of_on = {{ as_of() }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

found_deliveries as (
    select
        compared_key,
        stake_eur as amount
    from observations
    where rule_id = 'unbilled_delivery' and stake_eur <> 0
),

unbilled_deliveries as (
    select
        'unbilled_delivery / ' || order_id as compared_key,
        unbilled_ttc_eur as amount
    from {{ ref('rpt_unbilled_deliveries') }}
    where unbilled_ttc_eur <> 0
),

found_limits as (
    select
        compared_key,
        cast(observed_quantity as decimal(9, 4)) as amount
    from observations
    where rule_id = 'client_over_limit' and observed_quantity <> 0
),

limits as (
    select
        'client_over_limit / ' || client_id as compared_key,
        cast(limit_use_ratio as decimal(9, 4)) as amount
    from {{ ref('rpt_client_credit_risk') }}
    where limit_use_ratio <> 0
),

raised as (
    select
        entity_id as compared_key,
        stake_eur as amount
    from {{ ref('rpt_drift_alerts') }}
    where is_latest and rule_id = 'client_over_limit'
),

exceeded as (
    select
        risks.client_id as compared_key,
        cast(risks.exposure_ttc_eur - risks.credit_limit_ttc_eur as decimal(18, 2)) as amount
    from {{ ref('rpt_client_credit_risk') }} as risks
    inner join {{ ref('map_alert_rules') }} as rules
        on risks.exposure_ttc_eur - risks.credit_limit_ttc_eur >= rules.minimum_stake_eur
    where
        rules.rule_id = 'client_over_limit'
        and risks.credit_limit_ttc_eur > 0
        and risks.exposure_ttc_eur >= risks.credit_limit_ttc_eur * rules.threshold_quantity
),

failures as (
    {{ differences('what waits for its invoice is what the report says', 'found_deliveries', 'unbilled_deliveries') }}
    union all
    {{ differences('the use of a limit is that of the report', 'found_limits', 'limits') }}
    union all
    {{ differences('each limit that is exceeded raises an alert, for what exceeds it', 'raised', 'exceeded') }}
)

select * from failures
