"""The published marts say what the simulator knows, to the cent.

The truth is computed from the event log in Python and shares no code with the SQL: where they differ, one is wrong.
"""

from dataclasses import dataclass

import duckdb
import pytest

from .conftest import Company

STATES = (
    "signed_ttc_eur, cashed_ttc_eur, invoiced_not_due_ttc_eur, retained_ttc_eur, overdue_ttc_eur, "
    "delivered_to_invoice_ttc_eur, undelivered_to_invoice_ttc_eur, cancelled_or_credited_ttc_eur, written_off_ttc_eur, "
    "over_invoiced_ttc_eur"
)
OUTSIDE_STATES = (
    "invoiced_ttc_eur, cashed_ttc_eur, settled_by_credit_ttc_eur, invoiced_not_due_ttc_eur, retained_ttc_eur, "
    "overdue_ttc_eur, credited_ttc_eur, written_off_ttc_eur, unused_credit_ttc_eur"
)
CLIENT_KEY = "coalesce(client.siren, client.vat_number)"


@dataclass(frozen=True)
class Fact:
    """What the marts say, and what the simulator knows: the same rows."""

    published: str
    truth: str


SAME = {
    "the states of every order at every month-end": Fact(
        f"select order_id, as_of_on, {STATES} from fct_order_euro_states",
        f"select order_id, as_of_on, {STATES} from truth_order_euro_states",
    ),
    "the states of what was invoiced outside the CRM": Fact(
        f"select {CLIENT_KEY}, as_of_on, {OUTSIDE_STATES} from fct_outside_crm_states "
        "inner join dim_clients as client using (client_id)",
        f"select client_key, as_of_on, {OUTSIDE_STATES} from truth_outside_crm_states",
    ),
    "every allocation": Fact(
        "select instalment_id, payment_id, allocation_kind, effective_on, allocated_ttc_eur "
        "from fct_payment_allocations",
        "select instalment_id, payment_id, allocation_kind, effective_on, allocated_ttc_eur from truth_allocations",
    ),
    "the aging of every client at every month-end": Fact(
        f"select as_of_on, {CLIENT_KEY}, aging_bucket, sum(open_ttc_eur) from rpt_ar_aging "
        "inner join dim_clients as client using (client_id) group by all having sum(open_ttc_eur) <> 0",
        "select as_of_on, client_key, bucket, open_ttc_eur from truth_ar_aging where open_ttc_eur <> 0",
    ),
    "the inputs of DSO": Fact(
        "select as_of_on, ar_gross_ttc_eur, not_due_ttc_eur, overdue_ttc_eur, retained_ttc_eur, "
        "unallocated_credit_ttc_eur, sales_month_ttc_eur from rpt_ar_health_monthly where perimeter_kind = 'all'",
        "select month_end, ar_gross_ttc_eur, not_due_ttc_eur, overdue_ttc_eur, retained_ttc_eur, unallocated_ttc_eur, "
        "sales_ttc_eur from truth_ar_health",
    ),
    "the three margins of every order": Fact(
        "select order_id, revenue_ht_eur, theoretical_margin_eur, accounting_margin_eur, real_margin_eur, "
        "cost_of_credit_eur, bad_debt_eur from rpt_deal_economics",
        "select order_id, revenue, m_theo, m_acct, m_real, cost_of_credit, bad_debt from truth_order_margins",
    ),
    "the real margin of every client": Fact(
        f"select {CLIENT_KEY}, real_margin_eur from rpt_client_profitability "
        "inner join dim_clients as client using (client_id) where window_label = 'to_date' and real_margin_eur <> 0",
        "select client_key, m_real from truth_client_margins where m_real <> 0",
    ),
    "what makes the company's margin": Fact(
        "select entry_kind, sum(entry_eur) from fct_margin_entries group by all",
        "select entry_kind, entry_eur from truth_margin_totals",
    ),
    "the outcome of every deal": Fact(
        "select deal_id, outcome, client_type, created_on, closed_on, age_days, signed_ht_eur from fct_deals",
        "select deal_id, outcome, client_type, created_on, closed_on, age_days, signed_ht_eur from truth_deal_outcomes",
    ),
    "the win rate of each type of client": Fact(
        "select perimeter_label, entered_count, won_count, lost_count, open_count from rpt_funnel_conversion "
        "where cohort_label = 'all' and perimeter_kind in ('all', 'client_type')",
        "select coalesce(client_type, 'all'), count(*), count(*) filter (where outcome = 'won'), "
        "count(*) filter (where outcome = 'lost'), count(*) filter (where outcome = 'open') "
        "from truth_deal_outcomes group by rollup (client_type)",
    ),
}


def differences(marts: duckdb.DuckDBPyConnection, fact: Fact) -> list[tuple[object, ...]]:
    """Some rows that only one side has. Raises where the truth has no row at all: nothing would be compared."""
    published, truth = fact.published, fact.truth
    assert marts.execute(f"select count(*) > 0 from ({truth})").fetchall() == [(True,)]
    return marts.execute(
        f"(select 'only published' as side, * from (({published}) except all ({truth}))) "
        f"union all (select 'only true', * from (({truth}) except all ({published}))) order by all limit 6"
    ).fetchall()


@pytest.mark.parametrize("fact", SAME)
def test_the_marts_know(marts: duckdb.DuckDBPyConnection, fact: str) -> None:
    assert differences(marts, SAME[fact]) == []


def test_a_run_that_finds_nothing_changed_publishes_nothing(companies: dict[int, Company]) -> None:
    company = next(iter(companies.values()))
    before = company.published.resolve()
    code, output = company.run()
    assert code == 0, output
    assert "Nothing has changed since the publication" in output
    assert company.published.resolve() == before
