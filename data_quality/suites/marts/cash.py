"""What clients owe, since when, and how long euros take to arrive."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

TODAY = "perimeter_kind = 'all' and as_of_on = $as_of"


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
            "365 * sum(penalty_eur) filter (where not is_rate_missing and client_type <> 'individual') "
            "/ nullif(sum(late_euro_days) filter (where not is_rate_missing and client_type <> 'individual'), 0)",
            "penalties run below 8 % or above 25 % a year: a rate of legal_late_payment_rates is likely typed as a "
            "percentage, or is that of another law. Nothing may be claimed before it is corrected.",
            columns=("penalty_eur", "late_euro_days", "is_rate_missing", "client_type"),
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
)
