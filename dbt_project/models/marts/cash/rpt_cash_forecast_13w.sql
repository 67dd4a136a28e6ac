with

cells as (
    select * from {{ ref('sim_cash_forecast') }}
    where perimeter_kind = 'all' and horizon_label <> '1-4'
),

final as (
    select
        origin_on as as_of_on,
        cast(horizon_label as integer) as week_number,
        period_from_on as week_from_on,
        period_to_on as week_to_on,
        layer,
        {{ layer_position('layer') }} as layer_position,
        {{ from_cents('expected_ttc_cents') }} as expected_ttc_eur,
        {{ from_cents('expected_vat_cents') }} as expected_vat_eur,
        {{ from_cents('p10_ttc_cents') }} as p10_ttc_eur,
        {{ from_cents('p50_ttc_cents') }} as p50_ttc_eur,
        {{ from_cents('p90_ttc_cents') }} as p90_ttc_eur,
        flow_count,
        top_flows
    from cells
)

select * from final
