{%- set baselines = ['due_date', 'median_late', 'last_month'] -%}
{%- set levels = {'p10': '0.1', 'p50': '0.5', 'p90': '0.9'} -%}

with

forecast_errors as (
    select
        *,
        abs(actual_ttc_eur - expected_ttc_eur) as error_ttc_eur,
        {%- for baseline in baselines %}
            case when {{ baseline }}_ttc_eur is not null then abs(actual_ttc_eur) end as {{ baseline }}_base_ttc_eur,
            abs(actual_ttc_eur - {{ baseline }}_ttc_eur) as {{ baseline }}_error_ttc_eur,
            abs(actual_ttc_eur - {{ baseline }}_ttc_eur) - abs(actual_ttc_eur - expected_ttc_eur)
                as {{ baseline }}_gain_ttc_eur,
        {%- endfor %}
        actual_ttc_eur between p10_ttc_eur and p90_ttc_eur as is_covered
    from {{ ref('prep_forecast_errors') }}
),

final as (
    select
        client_type,
        layer,
        {{ layer_position('layer') }} as layer_position,
        horizon_label,
        cast(case horizon_label when '1-4' then 14 else cast(horizon_label as integer) end as integer)
            as horizon_position,
        count(*) as snapshot_count,
        count(*) filter (where is_backfilled) as backfilled_count,
        min(snapshot_on) as first_snapshot_on,
        max(snapshot_on) as last_snapshot_on,
        cast(sum(actual_ttc_eur) as decimal(18, 2)) as actual_ttc_eur,
        cast(sum(expected_ttc_eur) as decimal(18, 2)) as expected_ttc_eur,
        {{ divide('sum(error_ttc_eur)', 'sum(abs(actual_ttc_eur))') }} as wape_ratio,
        {{ divide('sum(expected_ttc_eur - actual_ttc_eur)', 'sum(actual_ttc_eur)') }} as bias_ratio,
        {%- for level, share in levels.items() %}
            cast(avg(greatest(
                {{ share }} * (actual_ttc_eur - {{ level }}_ttc_eur),
                ({{ share }} - 1) * (actual_ttc_eur - {{ level }}_ttc_eur)
            )) as decimal(18, 2)) as pinball_{{ level }}_ttc_eur,
        {%- endfor %}
        -- Against each baseline on the snapshots that have one.
        {%- for baseline in baselines %}
            {{ divide('sum(' ~ baseline ~ '_error_ttc_eur)', 'sum(' ~ baseline ~ '_base_ttc_eur)') }}
                as {{ baseline }}_wape_ratio,
            {{ divide('sum(' ~ baseline ~ '_gain_ttc_eur)', 'sum(' ~ baseline ~ '_error_ttc_eur)') }}
                as {{ baseline }}_skill_ratio,
        {%- endfor %}
        {{ divide('count(*) filter (where is_covered)', 'count(*)') }} as interval_coverage_ratio,
        cast(avg(p90_ttc_eur - p10_ttc_eur) as decimal(18, 2)) as average_range_ttc_eur
    from forecast_errors
    group by client_type, layer, horizon_label
)

select * from final
