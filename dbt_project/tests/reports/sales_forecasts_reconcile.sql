{{ config(
    description='I12: the error of a forecast is probability + amount + date, to the cent; what is frozen stays as it was, and knows nothing later.',
    meta={'dagster': {'ref': {'name': 'rpt_sales_forecast_accuracy'}}},
) }}

with

accuracy as (
    select
        *,
        target_month || ' / ' || horizon_months || ' / ' || layer || ' / ' || perimeter_kind || ' / ' || perimeter_label
            as row_label
    from {{ ref('rpt_sales_forecast_accuracy') }}
),

snapshots as (
    select
        *,
        snapshot_on || ' / ' || deal_id as row_label
    from {{ ref('fct_sales_forecast_snapshots') }}
    where frozen_on <= {{ as_of() }}
),

mondays as (
    select
        snapshot_on,
        max(frozen_on) as frozen_on,
        count(*) as deal_count,
        sum(promised_ht_eur) as promised_ht_eur
    from snapshots
    group by snapshot_on
),

pipelines as (
    select
        mondays.snapshot_on,
        count(*) as deal_count,
        sum(periods.pipeline_ht_eur) as pipeline_ht_eur
    from mondays
    inner join {{ ref('fct_pipeline_daily') }} as periods
        on mondays.snapshot_on >= periods.from_on and mondays.snapshot_on < periods.to_on
    where periods.pipeline_state = 'open'
    group by mondays.snapshot_on
),

perimeters as (
    select
        target_month || ' / ' || horizon_months || ' / ' || layer as row_label,
        perimeter_kind,
        sum(deal_count) as deal_count,
        sum(forecast_ht_eur) as forecast_ht_eur,
        bool_and(is_mature) as is_mature,
        sum(actual_ht_eur) as actual_ht_eur
    from accuracy
    group by target_month, horizon_months, layer, perimeter_kind
),

failures as (
    select
        row_label,
        'one row per month, horizon, layer and perimeter' as reason
    from accuracy
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'forecast - actual = error = probability + amount + date, to the cent' as reason
    from accuracy
    where
        is_mature
        and (
            forecast_ht_eur - actual_ht_eur is distinct from error_ht_eur
            or probability_error_ht_eur + amount_error_ht_eur + date_error_ht_eur is distinct from error_ht_eur
        )
    union all
    select
        parts.row_label,
        'teams, and segments, add up to the company' as reason
    from perimeters as parts
    inner join perimeters as company on parts.row_label = company.row_label and company.perimeter_kind = 'all'
    where
        parts.deal_count <> company.deal_count
        or parts.forecast_ht_eur <> company.forecast_ht_eur
        or (parts.is_mature and parts.actual_ht_eur is distinct from company.actual_ht_eur)
    union all
    select
        row_label,
        'a forecast speaks of a month to come, and learned from what was over' as reason
    from snapshots
    where target_month < date_trunc('month', snapshot_on) or learned_on >= snapshot_on or frozen_on < snapshot_on
    union all
    select
        row_label,
        'weighted, a promise is not worth more' as reason
    from snapshots
    where
        abs(weighted_ht_eur) > abs(promised_ht_eur)
        or win_probability_ratio not between 0 and 1
        or crm_probability_ratio not between 0 and 1
    union all
    select
        row_label,
        'what is frozen says what it said' as reason
    from snapshots
    where content_hash <> {{ content_hash(snapshot_content()) }}
    union all
    select
        cast(mondays.snapshot_on as varchar) as row_label,
        'a Monday is frozen with the whole pipeline of its day' as reason
    from mondays
    left join pipelines on mondays.snapshot_on = pipelines.snapshot_on
    where
        mondays.frozen_on = {{ as_of() }}
        and (
            mondays.deal_count <> coalesce(pipelines.deal_count, 0)
            or mondays.promised_ht_eur is distinct from pipelines.pipeline_ht_eur
        )
)

select * from failures
