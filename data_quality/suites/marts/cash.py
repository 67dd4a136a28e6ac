"""What clients owe, since when, and how long euros take to arrive."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

TODAY = "perimeter_kind = 'all' and as_of_on = $as_of"
FOUR_WEEKS = "client_type = 'all' and horizon_label = '1-4' and snapshot_count >= 12"
"""Where a backtest says something: a quarter of forecasts, of four weeks each."""


def _level(step: str) -> str:
    """The sum of one level of the bridge."""
    return f"sum(step_eur) filter (where step = '{step}')"


SUITES = (
    mart_suite(
        "rpt_ar_health_monthly",
        is_measured(
            "dso_is_possible",
            f"max(dso_countback_days) filter (where {TODAY})",
            "the company would wait for a year of sales, or less than nothing: payments are missing from the "
            "export, or counted twice. Every figure on cash would be as wrong. Compare receivables with the balance "
            "of accounts 411.",
            columns=("dso_countback_days",),
            minimum=0,
            maximum=365,
            severity="critical",
        ),
        is_measured(
            "dso_is_plausible",
            f"max(dso_countback_days) filter (where {TODAY})",
            "the company waits for more than 200 days of sales, three times the legal term: either it is in danger, "
            "or payments are missing from the export. Compare receivables with the balance of accounts 411 before "
            "showing it.",
            columns=("dso_countback_days",),
            minimum=0,
            maximum=200,
        ),
        is_measured(
            "dso_methods_agree",
            f"max(abs(dso_365_days - dso_countback_days)) filter (where {TODAY})",
            "two ways to count DSO differ by more than three months: sales of the last year are very uneven, or "
            "months of invoices are missing. Look at sales by month.",
            columns=("dso_365_days", "dso_countback_days"),
            maximum=90,
        ),
        holds(
            "receivables_are_not_negative",
            "perimeter_kind <> 'all' or ar_gross_ttc_eur >= 0",
            "at some date clients would owe less than nothing: invoices are missing from the export, or payments "
            "count twice. Compare the first date shown with accounting.",
            columns=("perimeter_kind", "ar_gross_ttc_eur"),
        ),
        is_measured(
            "some_receivables_are_collected",
            f"max(cei_quarter_ratio) filter (where {TODAY})",
            "less than a fifth of what was due last quarter came in: the export of payments is likely old. Export "
            "it again before showing anything on cash.",
            columns=("cei_quarter_ratio",),
            minimum=0.2,
        ),
        locator="concat_ws(' ', perimeter_kind, as_of_on)",
    ),
    mart_suite(
        "rpt_ar_aging",
        is_measured(
            "old_debts_stay_few",
            "sum(open_ttc_eur) filter (where aging_bucket = '91+' and as_of_on = $as_of) "
            "/ nullif(sum(open_ttc_eur) filter (where open_ttc_eur > 0 and as_of_on = $as_of), 0)",
            "more than half of the receivables are over 90 days late: payments are likely not matched with their "
            "invoices. Look at unallocated credits beside this bucket before calling clients.",
            columns=("aging_bucket", "open_ttc_eur"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', as_of_on, aging_bucket)",
    ),
    mart_suite(
        "rpt_revenue_to_cash_bridge",
        is_measured(
            "promised_euros_keep_their_size",
            f"{_level('cashed')} / nullif({_level('signed')}, 0)",
            "more is cashed on orders than was signed: payments count twice, or amendments are missing. The bridge "
            "would end above its start. Compare one month of orders with accounting.",
            columns=("step", "step_eur"),
            minimum=0,
            maximum=1.1,
        ),
        is_measured(
            "proposals_and_signatures_are_comparable",
            f"{_level('signed')} / nullif({_level('proposed')}, 0)",
            "what is signed is less than half, or more than three times, what those deals had been offered: quotes "
            "name the wrong deals, or most orders have none. The first step of the bridge would mislead. Look at "
            "the link between quotes and orders.",
            columns=("step", "step_eur"),
            minimum=0.5,
            maximum=3,
        ),
        locator="concat_ws(' ', signed_month, step)",
    ),
    mart_suite(
        "rpt_cash_forecast_13w",
        is_measured(
            "expected_cash_is_spread",
            "max(expected_ttc_eur) filter (where layer = 'all') "
            "/ nullif(sum(expected_ttc_eur) filter (where layer = 'all'), 0)",
            "more than half of the cash of thirteen weeks would come in a single one: an amount is in another unit, or "
            "one payment decides everything. Look at top_flows of that week before showing the forecast.",
            columns=("layer", "expected_ttc_eur"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', layer, week_number)",
    ),
    mart_suite(
        "rpt_cash_forecast_backtest",
        is_measured(
            "ranges_keep_their_promise",
            f"max(coverage_ratio) filter (where {FOUR_WEEKS} and layer = 'all')",
            "less than 60 % of past outcomes fell in the range that promises 80 %: clients behave otherwise than "
            "before, or payments are recorded late. Read the expected cash only, and look at each type of client.",
            columns=("coverage_ratio", "snapshot_count"),
            minimum=0.6,
        ),
        is_measured(
            "forecasts_keep_ahead_of_due_dates",
            f"max(median_late_skill_ratio) filter (where {FOUR_WEEKS} and layer = 'receivables')",
            "over four weeks the forecast of receivables errs more than due dates with the usual lateness: what is "
            "learnt of clients misleads. Plan with due dates, and look at how payments are matched and dated.",
            columns=("median_late_skill_ratio", "snapshot_count"),
            minimum=0,
        ),
        is_measured(
            "forecasts_stay_unbiased",
            f"max(bias_ratio) filter (where {FOUR_WEEKS} and layer = 'all')",
            "past forecasts were off by more than 30 % on the whole, in one direction: cash is missing from the export "
            "of payments, or documents count twice. Compare the cash of a month with the bank before planning.",
            columns=("bias_ratio", "snapshot_count"),
            minimum=-0.3,
            maximum=0.3,
        ),
        locator="concat_ws(' ', client_type, layer, horizon_label)",
    ),
)
