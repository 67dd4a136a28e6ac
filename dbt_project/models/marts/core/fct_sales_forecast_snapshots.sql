{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    pre_hook="{{ reopen_day('frozen_on') }}"
) }}

with

-- The Mondays that are not frozen yet: those of the last year and a half on a first run.
mondays as (
    select * from {{ ref('prep_sales_lags') }}
    {%- if is_incremental() %}
        where
            {{ 'false' if known_on() else 'true' }}
            and snapshot_on > coalesce((select max(snapshot_on) from {{ this }}), date '1900-01-01')
    {%- endif %}
),

open_deals as (
    select
        mondays.snapshot_on,
        mondays.invoice_lag_days,
        mondays.cash_lag_days,
        periods.*
    from {{ ref('fct_pipeline_daily') }} as periods
    inner join mondays on periods.from_on <= mondays.snapshot_on and periods.to_on > mondays.snapshot_on
    where periods.pipeline_state = 'open'
),

chances as (
    select * from {{ with_chances('open_deals', 'snapshot_on') }} as chances
),

-- A promise whose date is past promises nothing any more, and one without a date never did.
promises as (
    select
        *,
        pipeline_ht_eur as promised_ht_eur,
        cast(pipeline_ht_eur * coalesce(win_probability_ratio, crm_probability_ratio) as decimal(18, 2))
            as weighted_ht_eur,
        case when expected_close_on >= snapshot_on then cast(date_trunc('month', expected_close_on) as date) end
            as target_month,
        case when expected_close_on >= snapshot_on then expected_close_on + invoice_lag_days end as implied_invoice_on,
        case when expected_close_on >= snapshot_on then expected_close_on + cash_lag_days end as implied_cash_on
    from chances
),

final as (
    select
        {%- for column in snapshot_content() %}
            {{ column }},
        {%- endfor %}
        learned_on,
        {{ as_of() }} as frozen_on,
        snapshot_on < {{ as_of() }} as is_backfilled,
        {{ content_hash(snapshot_content()) }} as content_hash
    from promises
)

select * from final
