{{ config(
    description='I21, I22: forecasts add up, look ahead only, know nothing of their future; the backtest judges each once.',
    meta={'dagster': {'ref': {'name': 'rpt_cash_forecast_13w'}}},
) }}

with

forecast as (
    select
        *,
        'week ' || week_number as row_label
    from {{ ref('rpt_cash_forecast_13w') }}
),

snapshots as (
    select
        *,
        snapshot_on || ' / ' || client_type || ' / ' || layer || ' / ' || horizon_label as row_label
    from {{ ref('fct_cash_forecast_snapshots') }}
),

backtest as (
    select
        *,
        client_type || ' / ' || layer || ' / ' || horizon_label as row_label
    from {{ ref('rpt_cash_forecast_backtest') }}
),

client_months as (
    select
        layer,
        {{ from_cents('sum(expected_ttc_cents)') }} as open_ttc_eur
    from {{ ref('sim_cash_forecast') }}
    where perimeter_kind = 'client' and layer <> 'not_yet_known'
    group by layer
),

-- Where all is recorded by the as-of day, what flows carry is what the other reports say is open.
receivables as (
    select
        case when receivable_state = 'retained' then 'retained' else 'receivables' end as layer,
        sum(open_ttc_eur) as open_ttc_eur
    from {{ ref('fct_ar_instalment_monthly') }}
    where as_of_on = {{ as_of() }} and receivable_state <> 'credit_note'
    group by case when receivable_state = 'retained' then 'retained' else 'receivables' end
),

order_states as (
    select
        sum(delivered_to_invoice_ttc_eur) as to_invoice_ttc_eur,
        sum(undelivered_to_invoice_ttc_eur) as undelivered_ttc_eur
    from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

open_amounts as (
    select * from receivables
    union all
    select
        'to_invoice' as layer,
        to_invoice_ttc_eur as open_ttc_eur
    from order_states
    union all
    select
        'undelivered' as layer,
        undelivered_ttc_eur as open_ttc_eur
    from order_states
),

known_in_time as (
    select count(*) as late_count
    from {{ ref('fct_revenue_chain_events') }}
    where known_on > {{ as_of() }}
),

-- What the bank saw: each payment on its day, less what was taken back on the day of the bounce.
bank_moves as (
    select
        paid_on as moved_on,
        received_ttc_eur
    from {{ ref('fct_payments') }}
    union all
    select
        bounced_on as moved_on,
        -received_ttc_eur as received_ttc_eur
    from {{ ref('fct_payments') }}
    where bounced_on is not null
),

first_weeks as (
    select sum(bank_moves.received_ttc_eur) as received_ttc_eur
    from bank_moves
    inner join snapshots
        on bank_moves.moved_on between snapshots.period_from_on and snapshots.period_to_on
    where snapshots.row_label like '% / all / all / 1' and snapshots.period_to_on <= {{ as_of() }}
),

failures as (
    select
        row_label,
        'the layers of a week add up to all' as reason
    from forecast
    group by row_label
    having
        sum(case when layer = 'all' then -expected_ttc_eur else expected_ttc_eur end) <> 0
        or sum(case when layer = 'all' then -expected_vat_eur else expected_vat_eur end) <> 0
    union all
    select
        row_label,
        'the thirteen weeks follow the as-of day, and each other' as reason
    from forecast
    where
        as_of_on <> {{ as_of() }}
        or week_from_on <> as_of_on + 7 * (week_number - 1) + 1
        or week_to_on <> as_of_on + 7 * week_number
    union all
    select
        row_label || ' / ' || layer as row_label,
        'quantiles are in order' as reason
    from forecast
    where not p10_ttc_eur <= p50_ttc_eur or not p50_ttc_eur <= p90_ttc_eur
    union all
    select
        row_label,
        'quantiles of snapshots are in order' as reason
    from snapshots
    where not p10_ttc_eur <= p50_ttc_eur or not p50_ttc_eur <= p90_ttc_eur
    union all
    select
        row_label,
        'a snapshot is of a Monday, looks ahead, and knows nothing recorded after it' as reason
    from snapshots
    where
        extract(isodow from snapshot_on) <> 1
        or period_from_on <= snapshot_on
        or latest_known_on > snapshot_on
    union all
    select
        snapshot_on || ' / ' || client_type || ' / ' || horizon_label as row_label,
        'the layers of a snapshot add up to all' as reason
    from snapshots
    group by snapshot_on, client_type, horizon_label
    having
        sum(case when layer = 'all' then -expected_ttc_eur else expected_ttc_eur end) <> 0
        or sum(case when layer = 'all' then -expected_vat_eur else expected_vat_eur end) <> 0
    union all
    select
        snapshot_on || ' / ' || layer || ' / ' || horizon_label as row_label,
        'the types of client of a snapshot add up to all' as reason
    from snapshots
    group by snapshot_on, layer, horizon_label
    having sum(case when client_type = 'all' then -expected_ttc_eur else expected_ttc_eur end) <> 0
    union all
    select
        snapshot_on || ' / ' || client_type || ' / ' || layer as row_label,
        'the first four weeks of a snapshot add up' as reason
    from snapshots
    where horizon_label in ('1', '2', '3', '4', '1-4')
    group by snapshot_on, client_type, layer
    having sum(case when horizon_label = '1-4' then -expected_ttc_eur else expected_ttc_eur end) <> 0
    union all
    select
        open_amounts.layer as row_label,
        'the months of clients add up to what is open' as reason
    from open_amounts
    full outer join client_months on open_amounts.layer = client_months.layer
    cross join known_in_time
    where
        known_in_time.late_count = 0
        and (select count(*) from forecast) > 0
        and coalesce(client_months.layer, '') <> 'pipeline'
        and coalesce(open_amounts.open_ttc_eur, 0) <> coalesce(client_months.open_ttc_eur, 0)
    union all
    select
        coalesce(judged.row_label, backtest.row_label) as row_label,
        'the backtest judges each snapshot whose period is over, once' as reason
    from (
        select
            client_type || ' / ' || layer || ' / ' || horizon_label as row_label,
            count(*) as snapshot_count
        from snapshots
        where period_to_on <= {{ as_of() }}
        group by client_type, layer, horizon_label
    ) as judged
    full outer join backtest on judged.row_label = backtest.row_label
    where judged.snapshot_count is distinct from backtest.snapshot_count
    union all
    select
        backtest.row_label,
        'the cash of first weeks is what the bank saw' as reason
    from backtest
    cross join first_weeks
    where backtest.row_label = 'all / all / 1' and backtest.actual_ttc_eur is distinct from first_weeks.received_ttc_eur
)

select * from failures
