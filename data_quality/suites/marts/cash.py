"""What clients owe, since when, and how long euros take to arrive."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

TODAY = "perimeter_kind = 'all' and as_of_on = $as_of"
COMPANY = "team = 'all' and segment = 'all'"
YEAR_OLD = "client_type = 'all' and horizon_days = 360 and is_mature"
FOUR_WEEKS = "client_type = 'all' and horizon_label = '1-4' and snapshot_count >= 12"
"""Where a backtest says something: a quarter of forecasts, of four weeks each."""


def _level(step: str) -> str:
    """The sum of one step, over all months."""
    return f"sum(step_eur) filter (where step = '{step}')"


def _weighed(measure: str) -> str:
    """The mean of a measure of clients at the last as-of day, weighted by the euros that they paid or owe overdue."""
    euros = "paid_ttc_eur + unpaid_ttc_eur"
    return f"sum({measure} * ({euros})) filter (where is_latest) / nullif(sum({euros}) filter (where is_latest), 0)"


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
        "rpt_signed_euro_chain",
        is_measured(
            "promised_euros_keep_their_size",
            f"{_level('cashed')} / nullif({_level('signed')}, 0)",
            "more is cashed on orders than was signed: payments count twice, or amendments are missing. The chain "
            "would end above its start. Compare one month of orders with accounting.",
            columns=("step", "step_eur"),
            minimum=0,
            maximum=1.1,
        ),
        is_measured(
            "proposals_and_signatures_are_comparable",
            f"{_level('signed')} / nullif({_level('proposed')}, 0)",
            "what is signed is less than half, or more than three times, what those deals had been offered: quotes "
            "name the wrong deals, or most orders have none. The first step of the chain would mislead. Look at "
            "the link between quotes and orders.",
            columns=("step", "step_eur"),
            minimum=0.5,
            maximum=3,
        ),
        locator="concat_ws(' ', signed_month, step)",
    ),
    mart_suite(
        "rpt_revenue_to_cash_bridge",
        is_measured(
            "promises_are_comparable_with_signatures",
            f"({_level('promised')} + {_level('vat')}) / nullif({_level('signed')}, 0)",
            "over all months the CRM promises less than half, or more than ten times, what is signed: amounts are "
            "typed in thousands or with tax, or most orders have no deal. The bridge would start from a promise that "
            "nobody made. Compare the amounts of a few deals with their orders.",
            columns=("step", "step_eur"),
            minimum=0.5,
            maximum=10,
        ),
        is_measured(
            "most_promises_have_an_amount",
            "sum(unknown_count) filter (where step = 'promised') / "
            "nullif(sum(subject_count) filter (where step = 'promised'), 0)",
            "more than half of the deals expected to close have neither an amount nor a quote: the bridge starts too "
            "low, and what they sign seems to come from nowhere. Have amounts typed in the CRM before showing the gap.",
            columns=("step", "unknown_count", "subject_count"),
            maximum=0.5,
        ),
        is_measured(
            "promised_dates_are_not_those_of_signatures",
            "case when sum(subject_count) filter (where step = 'signed') >= 30 then "
            f"-{_level('pushed_out')} / nullif({_level('signed')} - {_level('unpromised')}, 0) end",
            "hardly a deal is signed in another month than promised: the CRM likely writes the day of signature over "
            "the expected one, and slippage, often the first reason of the gap, is invisible. Map the date first "
            "expected, if the CRM keeps it, in its profile.",
            columns=("step", "step_eur", "subject_count"),
            minimum=0.02,
        ),
        locator="concat_ws(' ', bridge_month, segment, step)",
    ),
    mart_suite(
        "rpt_client_payment_behaviour",
        is_measured(
            "lateness_is_plausible",
            _weighed("weighted_late_days"),
            "clients would pay two months early, or three months late, on average: due dates and payments do not "
            "belong to the same invoices, or payments are missing. Compare one client with its ledger before rating "
            "anybody.",
            columns=("weighted_late_days", "paid_ttc_eur", "unpaid_ttc_eur", "is_latest"),
            minimum=-60,
            maximum=90,
        ),
        is_measured(
            "on_time_payments_are_neither_all_nor_none",
            _weighed("on_time_ratio"),
            "every euro is paid on time, or none: due dates were likely filled with the dates of payment, or with "
            "those of the invoices. Ratings would rest on nothing. Look at the due dates of one client.",
            columns=("on_time_ratio", "paid_ttc_eur", "unpaid_ttc_eur", "is_latest"),
            minimum=0.005,
            maximum=0.995,
        ),
        is_measured(
            "bounced_payments_stay_few",
            "sum(bounced_count) filter (where is_latest) / nullif(sum(payment_count) filter (where is_latest), 0)",
            "more than one payment in five is said to have bounced: a state was likely mapped to the wrong word, and "
            "paid invoices would look open. Look at the states of payments in profile.yml.",
            columns=("bounced_count", "payment_count", "is_latest"),
            maximum=0.2,
        ),
        locator="concat_ws(' ', as_of_on, client_type, term_class)",
    ),
    mart_suite(
        "rpt_client_cash_tension",
        is_measured(
            "debts_are_mostly_of_clients_who_still_buy",
            "coalesce(sum(receivable_ttc_eur) filter (where as_of_on = $as_of and year_sales_ttc_eur > 0), 0) "
            "/ nullif(sum(receivable_ttc_eur) filter (where as_of_on = $as_of), 0)",
            "more than a third of the receivable is owed by clients invoiced nothing for a year: old payments are "
            "likely missing, or matched with nothing. Compare their accounts before calling them.",
            columns=("receivable_ttc_eur", "year_sales_ttc_eur", "as_of_on"),
            minimum=0.66,
        ),
        is_measured(
            "tensions_stay_few",
            "count(*) filter (where as_of_on = $as_of and has_tension) "
            "/ nullif(count(*) filter (where as_of_on = $as_of and receivable_ttc_eur > 0), 0)",
            "half of the clients who owe something are both large and slow: the list would tell nobody apart. Look at "
            "the days to pay first, then at the thresholds of map_client_thresholds.",
            columns=("has_tension", "receivable_ttc_eur", "as_of_on"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', as_of_on, 'sales rank', sales_rank)",
    ),
    mart_suite(
        "rpt_client_credit_risk",
        is_measured(
            "credit_limits_are_in_the_unit_of_debts",
            "case when count(credit_limit_ttc_eur) >= 5 then median(limit_use_ratio) end",
            "half of the clients use three times their limit or more: limits were likely typed in thousands of euros. "
            "Every client would be over its limit. Correct the column in the export.",
            columns=("credit_limit_ttc_eur", "limit_use_ratio"),
            maximum=3,
        ),
        is_measured(
            "provisions_stay_below_what_a_company_survives",
            "sum(suggested_provision_ht_eur) / nullif(sum(receivable_ttc_eur), 0)",
            "more than two fifths of the receivable should be provided for: payments are likely missing, or clients "
            "are said insolvent who are not. Show it to the accountant before anybody else.",
            columns=("suggested_provision_ht_eur", "receivable_ttc_eur"),
            maximum=0.4,
        ),
        locator="concat_ws(' ', client_type, risk_class)",
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
    mart_suite(
        "rpt_lme_compliance",
        is_measured(
            "payments_in_time_are_not_rare",
            "avg(case when was_paid_after_contract then 1 else 0 end)",
            "nine instalments out of ten are paid late: due dates are misread, or payments carry the date of their "
            "entry and not of the bank. Clients would be accused wrongly. Compare five paid invoices with the bank.",
            columns=("was_paid_after_contract",),
            maximum=0.9,
        ),
        is_measured(
            "most_agreed_terms_are_lawful",
            "avg(case when is_contract_term_too_long then 1 else 0 end)",
            "more than a third of the due dates are later than the law allows: due dates or types of clients are "
            "misread, or a legal cap stands on the wrong segment. Look at map_term_caps before showing it.",
            columns=("is_contract_term_too_long",),
            maximum=0.35,
        ),
        locator="instalment_id",
    ),
    mart_suite(
        "rpt_late_penalties",
        is_measured(
            "the_average_penalty_rate_is_plausible",
            "365 * sum(late_penalty_eur) filter (where not is_rate_missing and client_type <> 'individual') "
            "/ nullif(sum(late_euro_days) filter (where not is_rate_missing and client_type <> 'individual'), 0)",
            "penalties run below 8 % or above 25 % a year: a rate of legal_late_payment_rates is likely typed as a "
            "percentage, or is that of another law. Nothing may be claimed before it is corrected.",
            columns=("late_penalty_eur", "late_euro_days", "is_rate_missing", "client_type"),
            minimum=0.08,
            maximum=0.25,
        ),
        locator="concat_ws(' ', invoice_id, half_year_label)",
    ),
    mart_suite(
        "rpt_d441_6_table",
        is_measured(
            "the_overdue_stays_below_the_sales",
            "max(sales_ratio) filter (where table_label = 'I')",
            "one bracket of what was open at a closing is worth half of the year's sales: payments are missing from "
            "the export, or the fiscal year of map_company is not the company's. The auditor would see it first.",
            columns=("sales_ratio", "table_label"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', fiscal_year_end_on, table_label, lateness_bracket)",
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
            f"max(interval_coverage_ratio) filter (where {FOUR_WEEKS} and layer = 'all')",
            "less than 60 % of past outcomes fell in the range that promises 80 %: clients behave otherwise than "
            "before, or payments are recorded late. Read the expected cash only, and look at each type of client.",
            columns=("interval_coverage_ratio", "snapshot_count"),
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
