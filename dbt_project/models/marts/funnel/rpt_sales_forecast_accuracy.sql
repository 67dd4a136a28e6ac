{%- set errors = ['error', 'probability_error', 'amount_error', 'date_error'] -%}

with

promises as (
    select * from {{ ref('prep_promise_errors') }}
),

thresholds as (
    select * from {{ ref('prep_funnel_thresholds') }}
),

cells as (
    select
        {%- for error in errors %}
            cast(sum({{ error }}_ht_eur) as decimal(18, 2)) as {{ error }}_ht_eur,
        {%- endfor %}
        target_month,
        horizon_months,
        snapshot_on,
        layer,
        layer_position,
        perimeter_kind,
        perimeter_label,
        is_backfilled,
        bool_and(is_over) as is_mature,
        count(*) as deal_count,
        count(*) filter (where promised_ht_eur is null) as unpriced_count,
        cast(sum(forecast_ht_eur) as decimal(18, 2)) as forecast_ht_eur,
        cast(sum(crm_weighted_ht_eur) as decimal(18, 2)) as crm_forecast_ht_eur,
        cast(sum(actual_ht_eur) as decimal(18, 2)) as actual_ht_eur
    from promises
    group by
        target_month, horizon_months, snapshot_on, layer, layer_position, perimeter_kind, perimeter_label, is_backfilled
),

-- What is not over has no outcome yet.
known as (
    select
        *,
        case when is_mature then deal_count end as known_count,
        case when is_mature then forecast_ht_eur end as known_forecast_ht_eur,
        case when is_mature then crm_forecast_ht_eur end as known_crm_forecast_ht_eur,
        case when is_mature then actual_ht_eur end as known_actual_ht_eur,
        case when is_mature then error_ht_eur end as known_error_ht_eur
    from cells
),

years as (
    select
        *,
        count(known_error_ht_eur) over last_year as year_month_count,
        coalesce(sum(known_count) over last_year, 0) as year_deal_count,
        sum(known_error_ht_eur) over last_year as year_error_ht_eur,
        sum(abs(known_error_ht_eur)) over last_year as year_absolute_ht_eur,
        sum(known_actual_ht_eur) over last_year as year_actual_ht_eur,
        sum(known_crm_forecast_ht_eur - known_actual_ht_eur) over last_year as year_crm_error_ht_eur
    from known
    window last_year as (
        partition by horizon_months, layer, perimeter_kind, perimeter_label
        order by target_month range between interval 11 months preceding and current row
    )
),

-- A bias needs months, and deals: below the thresholds it is not shown.
judged as (
    select
        years.*,
        years.year_deal_count >= thresholds.minimum_count and years.year_month_count >= thresholds.minimum_month_count
            as has_year,
        {{ divide('years.year_error_ht_eur * years.year_month_count', 'years.year_absolute_ht_eur') }}
            as tracking_signal_ratio
    from years
    cross join thresholds
),

final as (
    select
        target_month,
        cast(horizon_months as integer) as horizon_months,
        snapshot_on,
        layer,
        layer_position,
        perimeter_kind,
        perimeter_label,
        is_backfilled,
        is_mature,
        deal_count,
        unpriced_count,
        forecast_ht_eur,
        crm_forecast_ht_eur,
        known_actual_ht_eur as actual_ht_eur,
        {%- for error in errors %}
            case when is_mature then {{ error }}_ht_eur end as {{ error }}_ht_eur,
        {%- endfor %}
        year_month_count,
        cast(year_deal_count as bigint) as year_deal_count,
        case when has_year then {{ divide('year_error_ht_eur', 'year_actual_ht_eur') }} end as bias_year_ratio,
        case when has_year then {{ divide('year_crm_error_ht_eur', 'year_actual_ht_eur') }} end as crm_bias_year_ratio,
        case when has_year then {{ divide('year_absolute_ht_eur', 'year_actual_ht_eur') }} end as wape_year_ratio,
        case when has_year then tracking_signal_ratio end as tracking_signal_ratio,
        coalesce(has_year and abs(tracking_signal_ratio) > 4, false) as is_systematic
    from judged
)

select * from final
