"""What the marts say of payers is what the simulator knows of them, and they fall into none of the traps of payment."""

import json

import duckdb
import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from .conftest import Company
from .test_truth import CLIENT_KEY

Marts = duckdb.DuckDBPyConnection
NO_AGE = 10_000
LATEST = (
    f"select {CLIENT_KEY} as client_key, report.* from rpt_client_payment_behaviour as report "
    "inner join dim_clients as client using (client_id) where is_latest"
)
BOUNCED = (
    "select instalment_id, max(effective_on) as bounced_on from fct_payment_allocations "
    "where allocation_kind = 'reversal' group by all"
)
PAID_BY_OTHERS = (
    "from fct_payment_allocations as cash inner join fct_payments as payment using (payment_id) "
    "where cash.allocation_kind = 'payment' and payment.client_id <> cash.client_id"
)


def rows(marts: Marts, query: str) -> list[tuple[object, ...]]:
    """The rows of a query that may name `latest`, the behaviour of clients at the last day."""
    found: list[tuple[object, ...]] = marts.execute(f"with latest as ({LATEST}) {query}").fetchall()
    return found


def test_the_marts_know_what_each_client_paid_and_did_not(marts: Marts) -> None:
    counts = "client_key, payment_count, factored_count, bounced_count"
    published = f"select {counts}, paid_ttc_eur as paid, unpaid_ttc_eur as unpaid from latest"
    truth = f"select {counts}, paid, unpaid from truth_client_payments"
    known = "where paid + unpaid + factored_count > 0"
    assert len(rows(marts, f"from ({truth}) {known}")) > 50
    for one, other in ((published, truth), (truth, published)):
        assert rows(marts, f"from (({one}) except all ({other})) {known}") == []


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("weighted_pay_days", "pay_euro_days"),
        ("weighted_late_days", "late_euro_days"),
        ("undisputed_late_days", "undisputed_euro_days"),
        ("on_time_ratio", "on_time"),
    ],
)
def test_the_marts_know_how_each_client_pays(marts: Marts, measure: str, expected: str) -> None:
    compared = "from latest full outer join truth_client_payments using (client_key) where paid + unpaid > 0"
    is_right = f"coalesce(abs({measure} - {expected} / (paid + unpaid)) <= 0.005001, false)"
    assert len(rows(marts, f"select client_key {compared} and {is_right}")) > 50
    assert rows(marts, f"select client_key, {measure} {compared} and not {is_right}") == []


def test_the_curve_of_each_client_is_that_of_lifelines(marts: Marts) -> None:
    """Drawn by lifelines on the lots of the truth. It counts from 0, and clients pay early: ages are shifted; it takes
    weights one from the other, and fractions leave dust: shares are in millionths.
    """
    curves = marts.execute(
        f"select {CLIENT_KEY}, list(late_days order by late_days), list(survival_ratio::double order by late_days) "
        "from fct_payment_curves inner join dim_clients as client on curve_label = client_id group by all"
    ).fetchall()
    lots: dict[str, list[tuple[int, bool, int]]] = {}
    for key, *lot in marts.execute(
        "select client_key, late_days, is_paid, (share * 1e6)::bigint from truth_payment_lots"
    ).fetchall():
        lots.setdefault(key, []).append((lot[0] + NO_AGE, lot[1], lot[2]))
    assert {key for key, *_ in curves} == set(lots)
    for key, ages, survivals in curves:
        durations, paid, shares = zip(*lots[key], strict=True)
        fitter = KaplanMeierFitter().fit(durations, paid, weights=shares)
        expected = fitter.survival_function_at_times(np.array(ages) + NO_AGE).to_numpy()
        assert survivals == pytest.approx(expected, abs=2e-6), key


def test_t5_a_bounced_debit_counts_as_late_and_its_cash_once(marts: Marts) -> None:
    """What a bounced payment had settled is paid when the next one comes, and no more is paid than is due."""
    settled = (
        f"from ({BOUNCED}) inner join fct_invoice_instalments using (instalment_id) "
        "inner join fct_cash_milestones as cash using (instalment_id) group by instalment_id, bounced_on, due_ttc_eur"
    )
    assert rows(marts, f"select instalment_id {settled} having sum(cashed_ttc_eur) = due_ttc_eur") != []
    assert rows(marts, f"select instalment_id {settled} having sum(cashed_ttc_eur) > due_ttc_eur") == []
    early = "having sum(cashed_ttc_eur) = due_ttc_eur and max(cash_on) <= greatest(bounced_on, max(cash.due_on))"
    assert rows(marts, f"select instalment_id {settled} {early}") == []


def test_t13_the_debtor_is_rated_not_the_payer(marts: Marts) -> None:
    """A subsidiary whose parent pays has a behaviour of its own; a factor has none, and tells nothing of its client."""
    subsidiaries = f"select distinct cash.client_id {PAID_BY_OTHERS} and payment.instrument <> 'factor'"
    rated = f"select client_id from latest inner join ({subsidiaries}) using (client_id) where payment_count > 0"
    assert rows(marts, rated) != []
    sold = f"select distinct cash.client_id {PAID_BY_OTHERS} and payment.instrument = 'factor'"
    assert rows(marts, f"select client_id from latest inner join ({sold}) using (client_id)") != []
    assert rows(marts, f"from latest inner join ({sold}) using (client_id) where factored_count = 0") == []
    factors = f"select distinct payment.client_id {PAID_BY_OTHERS} and payment.instrument = 'factor'"
    assert rows(marts, f"from latest inner join ({factors}) using (client_id)") == []


def test_t36_the_days_of_an_insolvent_client_stop(marts: Marts) -> None:
    """No debt of it is later than the opening of the proceedings was, however old it grows; a person is told D."""
    failed = "from rpt_client_payment_behaviour inner join dim_clients using (client_id) where is_insolvent"
    assert rows(marts, f"select client_id {failed}") != []
    assert rows(marts, f"select client_id {failed} and payment_rating <> 'insolvent'") == []
    first_due = "(select min(due_on) from fct_invoice_instalments as due where due.client_id = dim_clients.client_id)"
    assert rows(marts, f"select client_id {failed} and weighted_late_days > insolvent_on - {first_due}") == []
    assert rows(marts, "from rpt_client_credit_risk where is_insolvent and risk_class is distinct from 'D'") == []


def test_t37_a_dispute_is_not_the_lateness_of_the_client(marts: Marts) -> None:
    assert rows(marts, "from latest where undisputed_late_days > weighted_late_days") == []
    assert rows(marts, "from latest where undisputed_late_days < weighted_late_days") != []


def test_t38_payment_runs_are_found(marts: Marts) -> None:
    """Runs are announced of those who pay by runs, on their days; of those who pay often enough, most are found."""
    known = "from latest inner join truth_client_payments using (client_key)"
    is_right = "list_has_all(string_split(run_days, ', '), string_split(payment_runs, ', '))"
    announced = [right for (right,) in rows(marts, f"select {is_right} {known} where payment_runs is not null")]
    frequent = [
        right
        for (right,) in rows(
            marts, f"select {is_right} {known} where run_days is not null and latest.payment_count >= 10"
        )
    ]
    assert announced.count(True) >= 0.8 * len(announced) > 0
    assert frequent.count(True) >= 0.5 * len(frequent) > 0


def test_the_client_that_buys_most_and_pays_late_comes_first(company: Company, marts: Marts) -> None:
    """The giant of the story, at 97 days, is the first of those flagged."""
    story = json.loads((company.truth / "story.json").read_text())
    first = rows(
        marts,
        f"select {CLIENT_KEY}, has_tension, year_pay_days between 90 and 105 from rpt_client_cash_tension "
        "inner join dim_as_of using (as_of_on) inner join dim_clients as client using (client_id) "
        "where is_latest order by tension_rank limit 1",
    )
    assert first == [(story["largest_client"]["client_key"], True, True)]
