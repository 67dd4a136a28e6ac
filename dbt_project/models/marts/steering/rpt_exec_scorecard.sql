with

kpis as (
    select * from {{ ref('map_scorecard_kpis') }}
),

restated as (
    select
        kpi_id,
        as_of_on,
        {{ first_known('delta_quantity', 'said_on') }} as restated_delta_quantity
    from {{ ref('ctl_restatements') }}
    where said_on < {{ as_of() }}
    group by kpi_id, as_of_on
),

compared as (
    select
        kpis.*,
        days.as_of_on,
        days.is_latest,
        kpi_values.observed_quantity,
        kpi_values.observed_count,
        kpi_values.coverage_ratio,
        kpi_values.is_mature,
        lag(kpi_values.observed_quantity, 1) over in_time as month_before_quantity,
        lag(kpi_values.observed_quantity, 12) over in_time as year_before_quantity
    from kpis
    cross join {{ ref('dim_as_of') }} as days
    left join {{ ref('fct_kpi_values') }} as kpi_values
        on kpis.kpi_id = kpi_values.kpi_id and days.as_of_on = kpi_values.as_of_on
    window in_time as (partition by kpis.kpi_id order by days.as_of_on)
),

judged as (
    select
        compared.*,
        last_days.last_on,
        availability.is_available,
        availability.note_fr as availability_fr,
        restated.restated_delta_quantity,
        case
            when compared.observed_quantity is null then 'unknown'
            when
                coalesce(compared.coverage_ratio, 1) < compared.minimum_coverage_ratio
                or compared.observed_count < compared.minimum_count
                then 'low'
            when not compared.is_mature then 'provisional'
            else 'good'
        end as trust_level
    from compared
    left join {{ ref('prep_last_days') }} as last_days
        on compared.freshness_entity = last_days.entity_name and compared.as_of_on = last_days.as_of_on
    left join {{ ref('ctl_report_availability') }} as availability on compared.report_name = availability.report_name
    left join restated on compared.kpi_id = restated.kpi_id and compared.as_of_on = restated.as_of_on
    where
        compared.as_of_on >= {{ months_before(as_of(), 12) }}
        and (compared.observed_quantity is not null or compared.is_latest)
),

final as (
    select
        kpi_id,
        as_of_on,
        is_latest,
        kpi_position,
        theme,
        theme_label_fr,
        kpi_label_fr,
        unit,
        wanted_direction,
        observed_quantity,
        month_before_quantity,
        year_before_quantity,
        target_quantity,
        trust_level,
        coverage_ratio,
        observed_count,
        coalesce(is_mature, false) as is_mature,
        cast({{ days_between('last_on', 'as_of_on') }} as integer) as freshness_days,
        restated_delta_quantity,
        report_name,
        nullif(concat_ws(
            ' ',
            case
                when observed_quantity is null and not is_available then availability_fr
                when observed_quantity is null then 'Trop peu de données pour un chiffre à cette date.'
            end,
            case when year_before_quantity is null then 'Le rapport ne dit rien de l''année précédente.' end,
            case when trust_level = 'low' then 'Données trop partielles ou trop peu nombreuses.' end
        ), '') as note_fr
    from judged
)

select * from final
