{{ config(materialized='ephemeral', contract={'enforced': false}) }}

{%- set rules = {'signed': 'signature_forecast_optimistic', 'cashed': 'cash_promise_optimistic'} %}

with

forecasts as (
    select
        *,
        {{ first_as_of('target_month') }} as as_of_on,
        sum(error_ht_eur) over (
            partition by layer, perimeter_kind, perimeter_label
            order by target_month range between interval 11 months preceding and current row
        ) as year_error_ht_eur
    from {{ ref('rpt_sales_forecast_accuracy') }}
    where horizon_months = 1
),

final as (
    select
        case layer
            {%- for layer, rule in rules.items() %}
                when '{{ layer }}' then '{{ rule }}'
            {%- endfor %}
        end as rule_id,
        as_of_on,
        case perimeter_kind when 'all' then 'company' else perimeter_kind end as entity_kind,
        perimeter_label as entity_id,
        case perimeter_kind when 'all' then 'Entreprise' else perimeter_label end as entity_label,
        cast(bias_year_ratio as decimal(18, 6)) as observed_quantity,
        year_deal_count as observed_count,
        year_error_ht_eur as stake_eur,
        {{ evidence(
            'select bias_year_ratio from marts.rpt_sales_forecast_accuracy where horizon_months = 1 and layer = :layer '
            ~ 'and perimeter_kind = :perimeter_kind and perimeter_label = :perimeter_label and target_month = :target_month',
            ['layer', 'perimeter_kind', 'perimeter_label', 'target_month']
        ) }} as evidence_sql
    from forecasts
    where layer in ('signed', 'cashed') and as_of_on is not null
)

select * from final
