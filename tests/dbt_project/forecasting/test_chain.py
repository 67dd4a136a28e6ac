"""Steps in a row, in whole weeks."""

import numpy as np
import pytest
from forecasting.chain import follow, from_any_day, learn_weeks_to_cash, weeks_from_age
from forecasting.clocks import Clock, Curves
from forecasting.facts import known_at
from forecasting.flows import weeks_ahead, weeks_cut_at_months
from forecasting.payments import observe_payments, open_book

from tests.dbt_project.forecasting.invented import client, invent, invoice, number, payment, probabilities

DAY = number("2026-06-30")


def test_what_ends_after_some_days_ends_this_week_or_next_depending_on_when_it_began() -> None:
    """Three days after: from the first four days of a week it ends in that week, from the last three in the next."""
    daily = np.zeros((1, 14))
    daily[0, 3] = 1.0
    assert probabilities(from_any_day(daily)[0]) == [round(4 / 7, 6), round(3 / 7, 6)]


def test_what_ends_after_a_week_ends_in_the_next_one() -> None:
    daily = np.zeros((1, 21))
    daily[0, 7] = 0.5
    assert probabilities(from_any_day(daily)[0]) == [0.0, 0.5, 0.0]


def test_two_steps_in_a_row() -> None:
    first, then = np.array([[0.5, 0.3, 0.1]]), np.array([[0.2, 0.8, 0.0]])
    assert probabilities(follow(first, then)[0]) == [0.1, 0.46, 0.26]


def test_waiting_is_conditional_on_the_age() -> None:
    """Half ends at 2, half at 10: after 5 days of waiting the other half ends in week 1, after 12 nothing does."""
    reached, waiting = np.zeros((1, 21)), np.ones((1, 21))
    reached[0, 2:], waiting[0, 2:] = 0.5, 0.5
    reached[0, 10:], waiting[0, 10:] = 1.0, 0.0
    curves = Curves(Clock(first=0, last=20), reached, waiting)
    weeks = weeks_from_age(curves, np.array([0, 0]), np.array([5, 12]), 2)
    assert [probabilities(row) for row in weeks] == [[1.0, 0.0], [0.0, 0.0]]


def test_an_invoice_to_come_is_paid_as_its_client_pays() -> None:
    """Thirty invoices of a client paid 21 days after their issue: two weeks after the next is too soon."""
    rows = [invoice(f"i{place}", "a", "2026-05-01", "2026-05-31") for place in range(30)]
    facts = invent(
        clients=[client("a"), client("b")],
        instalments=rows,
        settlements=[payment(row["instalment_id"], "2026-05-22") for row in rows],
    )
    known = known_at(facts, DAY)
    observed = observe_payments(known, open_book(known, DAY), DAY)
    paid, stranger = learn_weeks_to_cash(known, observed, 6)
    assert int(paid.argmax()) == 3
    assert paid[3] > 0.6
    assert paid[:2].sum() < 0.05
    # A client that was never invoiced pays as all do, with less certainty.
    assert 0 < stranger[3] < paid[3]


def test_a_horizon_is_cut_where_months_end_and_keeps_its_weeks() -> None:
    horizon = weeks_cut_at_months(number("2026-07-22"), number("2026-10-31"))
    assert [str(np.datetime64(int(end), "D")) for end in horizon.ends[:4]] == [
        "2026-07-29",
        "2026-07-31",
        "2026-08-05",
        "2026-08-12",
    ]
    assert horizon.week[:4].tolist() == [0, 1, 1, 2]
    assert int(horizon.ends[-1]) >= number("2026-10-31")
    weekly = np.arange(float(horizon.week_count))[None, :]
    assert horizon.to_weeks(horizon.from_weeks(weekly))[0] == pytest.approx(weekly[0, :13])
    daily = np.ones((1, len(horizon.days)))
    assert horizon.from_days(daily)[0, :3].tolist() == [7.0, 2.0, 5.0]


def test_the_first_week_starts_tomorrow() -> None:
    horizon = weeks_ahead(DAY)
    assert horizon.starts[0] == DAY + 1
    assert (horizon.ends - horizon.starts == 6).all()
