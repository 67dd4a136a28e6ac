"""What clients owe, since when, and how long euros take to arrive."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

TODAY = "perimeter_kind = 'all' and as_of_on = $as_of"
COMPANY = "team = 'all' and segment = 'all'"
YEAR_OLD = "client_type = 'all' and horizon_days = 360 and is_mature"


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
        "rpt_invoicing_cadence",
        is_measured(
            "invoices_follow_deliveries",
            f"sum(late_ttc_eur) filter (where {COMPANY}) / nullif(sum(delivered_ttc_eur) filter (where {COMPANY} "
            "and is_month_over), 0)",
            "more than two thirds of what is delivered is invoiced after its month: either the law is broken as a "
            "rule, or the dates of deliveries are not what they say. Compare ten deliveries with their invoices "
            "before showing what the delay costs.",
            columns=("late_ttc_eur", "delivered_ttc_eur"),
            maximum=0.67,
        ),
        is_measured(
            "old_deliveries_stay_few",
            f"sum(unbilled_ttc_eur) filter (where {COMPANY} and delivered_month < $as_of - 180) "
            f"/ nullif(sum(delivered_ttc_eur) filter (where {COMPANY} and delivered_month < $as_of - 180), 0)",
            "more than a twentieth of what was delivered six months ago or more has no invoice: invoices likely name "
            "no order, or are missing from the export. The list of what must be invoiced would send bills twice. Look "
            "at invoices without an order.",
            columns=("unbilled_ttc_eur", "delivered_ttc_eur"),
            maximum=0.05,
        ),
        locator="concat_ws(' ', delivered_month, team, segment)",
    ),
    mart_suite(
        "rpt_bookings_to_cash_cohorts",
        is_measured(
            "old_bookings_reach_cash",
            f"sum(cashed_ttc_eur) filter (where {YEAR_OLD}) / nullif(sum(net_ttc_eur) filter (where {YEAR_OLD}), 0)",
            "a year after they were signed or invoiced, less than a third of the euros are cashed, or more than were "
            "due: payments are missing from the export, or count twice. Compare one month of invoices with the bank.",
            columns=("cashed_ttc_eur", "net_ttc_eur"),
            minimum=0.33,
            maximum=1.1,
        ),
        locator="concat_ws(' ', cohort_kind, cohort_month, client_type, horizon_days)",
    ),
    mart_suite(
        "rpt_promise_to_cash_alignment",
        is_measured(
            "promises_have_a_date",
            "count(promised_first_on) / nullif(count(*), 0)",
            "most orders have no promised date: nothing says that they are late, and they look aligned. Map the date "
            "promised in the profile of orders before speaking of lateness.",
            columns=("promised_first_on",),
            minimum=0.5,
        ),
        is_measured(
            "deliveries_keep_near_their_promise",
            "median(delivery_gap_days)",
            "half of the orders are delivered more than two months after the first date promised: promised dates are "
            "likely those of the quote, or deliveries are entered long after. Compare ten orders with the shop floor.",
            columns=("delivery_gap_days",),
            maximum=60,
        ),
        locator="order_id",
    ),
)
