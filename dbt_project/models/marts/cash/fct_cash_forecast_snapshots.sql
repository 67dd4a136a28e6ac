with

snapshots as (
    select * from {{ ref('sim_cash_snapshots') }}
),

final as (
    select
        origin_on as snapshot_on,
        client_type,
        layer,
        horizon_label,
        period_from_on,
        period_to_on,
        {{ from_cents('expected_ttc_cents') }} as expected_ttc_eur,
        {{ from_cents('expected_vat_cents') }} as expected_vat_eur,
        {{ from_cents('p10_ttc_cents') }} as p10_ttc_eur,
        {{ from_cents('p50_ttc_cents') }} as p50_ttc_eur,
        {{ from_cents('p90_ttc_cents') }} as p90_ttc_eur,
        {{ from_cents('due_date_ttc_cents') }} as due_date_ttc_eur,
        {{ from_cents('median_late_ttc_cents') }} as median_late_ttc_eur,
        {{ from_cents('last_month_ttc_cents') }} as last_month_ttc_eur,
        latest_known_on,
        is_backfilled
    from snapshots
)

select * from final
