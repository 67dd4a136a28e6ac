{{ config(materialized='ephemeral', contract={'enforced': false}) }}

-- What leads from the revenue promised for a month to come to the cash expected in it. Months that begin within the
-- thirteen weeks of the forecast: beyond them, what nobody knows of yet would be missing. Without promises to compare
-- the cash with, there is no outlook.
with

promised as (
    select * from {{ ref('prep_bridge_promises') }}
),

cells as (
    select
        cash.*,
        cast(date_trunc('month', cash.period_from_on) as date) as outlook_month,
        clients.segment
    from {{ ref('sim_cash_forecast') }} as cash
    inner join {{ ref('dim_clients') }} as clients on cash.perimeter_label = clients.client_id
    where
        cash.perimeter_kind = 'client'
        and cash.period_to_on is not null
        and cash.period_from_on < {{ as_of() }} + 91
        and exists (select 1 from promised)
),

months as (
    select distinct outlook_month
    from cells
),

open_deals as (
    select
        deal_id,
        segment,
        stage_id,
        stage_entered_on,
        crm_probability_ratio,
        {{ as_of() }} as as_of_on
    from {{ ref('fct_pipeline_daily') }}
    where pipeline_state = 'open' and from_on <= {{ as_of() }} and to_on > {{ as_of() }}
),

chances as (
    select
        deal_id,
        coalesce(win_probability_ratio, crm_probability_ratio) as probability_ratio
    from {{ with_chances('open_deals', 'as_of_on') }} as chances
),

promises as (
    select
        promised.bridge_month as outlook_month,
        promised.segment,
        promised.promised_ht_eur,
        promised.promised_ttc_eur,
        cast(promised.promised_ttc_eur * chances.probability_ratio as decimal(18, 2)) as weighted_ttc_eur
    from promised
    inner join months on promised.bridge_month = months.outlook_month
    inner join chances on promised.deal_id = chances.deal_id
    where promised.fate = 'still_open'
),

final as (
    {%- for step, amount in [
        ('promised', 'promised_ht_eur'),
        ('vat', 'promised_ttc_eur - promised_ht_eur'),
        ('unlikely', 'weighted_ttc_eur - promised_ttc_eur'),
        ('cashed_later', '-weighted_ttc_eur'),
    ] %}
        select
            outlook_month,
            segment,
            '{{ step }}' as step,
            {{ amount }} as step_eur
        from promises
        union all
    {%- endfor %}
    {%- for step in ['layer', "'expected_cash'"] %}
        select
            outlook_month,
            segment,
            {{ step }} as step,
            {{ from_cents('expected_ttc_cents') }} as step_eur
        from cells
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
