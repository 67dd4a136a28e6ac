with

kpis as (
    select * from {{ ref('map_scorecard_kpis') }}
),

observations as (
    {%- for theme in ['flows', 'sales', 'delivery', 'cash', 'profit'] %}
        select
            kpi_id,
            as_of_on,
            observed_quantity,
            observed_count,
            coverage_ratio,
            is_over
        from {{ ref('prep_kpi_' ~ theme) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- A value is worth what the link that it leans on was worth over the year.
links as (
    select
        coverage.link_type,
        days.as_of_on,
        {{ divide('sum(coverage.linked_eur)', 'sum(coverage.document_eur)') }} as coverage_ratio
    from {{ ref('ctl_link_coverage') }} as coverage
    inner join {{ ref('prep_steering_days') }} as days
        on coverage.document_month between days.year_from_on and days.as_of_on
    group by coverage.link_type, days.as_of_on
),

final as (
    select
        observations.kpi_id,
        observations.as_of_on,
        cast(observations.observed_quantity as decimal(18, 6)) as observed_quantity,
        cast(observations.observed_count as bigint) as observed_count,
        coalesce(observations.coverage_ratio, links.coverage_ratio) as coverage_ratio,
        coalesce(observations.is_over and observations.as_of_on + kpis.maturity_days <= {{ as_of() }}, false)
            as is_mature
    from observations
    inner join kpis on observations.kpi_id = kpis.kpi_id
    left join links on kpis.trust_link = links.link_type and observations.as_of_on = links.as_of_on
    where observations.observed_quantity is not null
)

select * from final
