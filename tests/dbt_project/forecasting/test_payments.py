"""What clients owe on a day, how late they are, on which days they pay."""

import numpy as np
import pytest
from forecasting.facts import CLOSED, Facts, known_at
from forecasting.payments import (
    LATENESS,
    Book,
    Lateness,
    PaymentLives,
    learn_habits,
    learn_lateness,
    observe_payments,
    open_book,
)

from tests.dbt_project.forecasting.invented import client, invent, invoice, number, payment

DAY = number("2026-06-30")


def look(facts: Facts, day: int = DAY) -> tuple[Facts, Book, PaymentLives]:
    """What is known, owed and seen on a day."""
    known = known_at(facts, day)
    book = open_book(known, day)
    return known, book, observe_payments(known, book, day)


def told(observed: PaymentLives) -> list[tuple[int, int, bool, float]]:
    """Each life: entry, end, whether it was paid, weight."""
    lives = observed.lives
    return [
        (int(lives.entry[row]), int(lives.end[row]), bool(lives.is_event[row]), round(float(lives.weight[row]), 6))
        for row in range(len(lives.end))
    ]


def test_partial_payments_are_lives_of_their_own_and_the_rest_still_waits() -> None:
    facts = invent(
        clients=[client("a")],
        instalments=[invoice("i", "a", "2026-05-01", "2026-06-01")],
        settlements=[payment("i", "2026-06-05", 60_00), payment("i", "2026-06-11", 10_00)],
    )
    _, book, observed = look(facts)
    assert book.open_cents.tolist() == [30_00]
    assert told(observed) == [(-31, 4, True, 0.6), (-31, 10, True, 0.1), (-31, 29, False, 0.3)]


def test_what_closes_without_cash_is_censored() -> None:
    credit = {**payment("i", "2026-06-11", 40_00), "is_payment": False, "cash_on": None}
    facts = invent(
        clients=[client("a")],
        instalments=[invoice("i", "a", "2026-05-01", "2026-06-01")],
        settlements=[payment("i", "2026-05-20", 60_00), credit],
    )
    _, book, observed = look(facts)
    assert book.open_cents.tolist() == [0]
    assert told(observed) == [(-31, -12, True, 0.6), (-31, 10, False, 0.4)]


def test_a_payment_that_bounced_paid_nothing_once_the_bounce_is_known() -> None:
    bounced = payment("i", "2026-06-05", bounced_on="2026-06-10")
    taken_back = payment("i", "2026-06-10", -100_00, is_payment=False)
    facts = invent(
        clients=[client("a")],
        instalments=[invoice("i", "a", "2026-05-01", "2026-06-01")],
        settlements=[bounced, taken_back],
    )
    _, book, observed = look(facts)
    assert book.open_cents.tolist() == [100_00]
    assert told(observed) == [(-31, 29, False, 1.0)]
    _, before, observed_before = look(facts, number("2026-06-08"))
    assert before.open_cents.tolist() == [0]
    assert told(observed_before) == [(-31, 4, True, 1.0)]


def test_a_payment_before_the_invoice_keeps_its_negative_days() -> None:
    facts = invent(
        clients=[client("a")],
        instalments=[invoice("i", "a", "2026-05-01", "2026-06-01")],
        settlements=[payment("i", "2026-04-20", known_on="2026-05-01", effective_on="2026-05-01")],
    )
    _, _, observed = look(facts)
    [(_, end, is_event, _)] = told(observed)
    assert (end, is_event) == (-42, True)
    lateness = learn_lateness(known_at(facts, DAY), observed)
    assert lateness.client.events[0, LATENESS.position(np.array([-42]))[0]] == 1.0


def test_a_dispute_that_ended_shifts_the_clock_and_one_that_goes_on_is_expected_to_last_as_the_others() -> None:
    facts = invent(
        clients=[client("a")],
        instalments=[
            invoice("i", "a", "2026-03-01", "2026-04-01", disputed_from_on="2026-03-20", disputed_to_on="2026-05-19"),
            invoice("j", "a", "2026-05-01", "2026-06-01", disputed_from_on="2026-06-10"),
            invoice("k", "a", "2026-05-02", "2026-06-02", disputed_from_on="2026-03-10"),
        ],
        settlements=[payment("i", "2026-05-29")],
    )
    _, book, observed = look(facts)
    # Sixty days from 10 June; the third should have ended already, so at the earliest tomorrow.
    assert book.waits_until.tolist() == [number("2026-05-19"), number("2026-08-09"), DAY + 1]
    assert book.clock_on.tolist() == [number("2026-05-19"), number("2026-08-09"), DAY + 1]
    assert told(observed)[0] == (-79, 10, True, 1.0)
    # What waits for the end of its dispute was looked at until the dispute began.
    assert told(observed)[1][1:3] == (number("2026-06-10") - number("2026-08-09"), False)


def test_insolvency_ends_what_can_be_learnt_of_a_client() -> None:
    facts = invent(
        clients=[client("a", insolvent_on="2026-06-10")],
        instalments=[invoice("i", "a", "2026-05-01", "2026-06-01")],
        settlements=[payment("i", "2026-06-20", 25_00)],
    )
    # What the court lets it pay later is no habit.
    assert told(look(facts)[2]) == [(-31, 9, False, 0.25), (-31, 9, False, 0.75)]


def test_a_client_is_as_late_as_its_type_until_it_has_paid_often() -> None:
    """Twenty invoices of a type paid ten days late; a client of five paid on time, and a new one."""
    on_time = [invoice(f"t{place}", "punctual", "2026-04-01", "2026-05-01") for place in range(5)]
    late = [invoice(f"l{place}", "late", "2026-04-01", "2026-05-01") for place in range(20)]
    facts = invent(
        clients=[client("late"), client("new"), client("punctual")],
        instalments=on_time + late,
        settlements=[payment(row["instalment_id"], "2026-05-01") for row in on_time]
        + [payment(row["instalment_id"], "2026-05-11") for row in late],
    )
    known, _, observed = look(facts)
    lateness = learn_lateness(known, observed)
    at_due = intensity(lateness, [0, 1, 2], 0)
    # All: 5 of 25. The type: (5 + 10 x 0.2) / 35 = 0.2. Clients: (0 + 2) / 30, 2 / 10, (5 + 2) / 15.
    assert at_due == [pytest.approx(2 / 30), pytest.approx(0.2), pytest.approx(7 / 15)]


def intensity(lateness: Lateness, clients: list[int], age: int) -> list[float]:
    """The intensity of clients with terms of a month at an age."""
    client_id = np.array(clients)
    ages = np.full((len(clients), 1), age)
    return [float(value) for value in lateness.intensity(client_id, np.ones_like(client_id), ages)[:, 0]]


def test_a_client_that_pays_on_the_tenth_is_known_to() -> None:
    """Forty invoices due on all days of five months: one client pays on the 10th that follows, the other when due."""
    instalments, settlements = [], []
    for place in range(40):
        day, month = 1 + (place * 7) % 28, 1 + place % 5
        due = f"2026-{month:02d}-{day:02d}"
        tenth = f"2026-{month:02d}-10" if day <= 10 else f"2026-{month + 1:02d}-10"
        for owner, paid in (("runs", tenth), ("steady", due)):
            instalments.append(invoice(f"{owner}{place}", owner, "2025-12-05", due))
            settlements.append(payment(f"{owner}{place}", paid))
    clients = [client("runs", "GE"), client("steady", "PME")]
    facts = invent(clients=clients, instalments=instalments, settlements=settlements)
    known, _, observed = look(facts)
    runs, steady = learn_habits(known, observed, learn_lateness(known, observed), DAY)[:, :CLOSED]
    assert runs[9] == runs.max()
    assert runs[9] > 1.25 * steady[9]
    assert runs[9] > 2.0 * np.delete(runs, 9).mean()


def test_without_any_payment_every_day_of_the_month_is_worth_the_same() -> None:
    facts = invent(clients=[client("a")], instalments=[invoice("i", "a", "2026-05-01", "2026-06-01")])
    known, _, observed = look(facts)
    habits = learn_habits(known, observed, learn_lateness(known, observed), DAY)
    assert np.ptp(habits[:, :CLOSED]) == 0.0
    assert habits[:, CLOSED].tolist() == [0.0]


def test_payments_that_the_books_date_on_closed_days_are_not_lost() -> None:
    """Every second payment is dated on a Sunday: what is expected on open days makes up for it."""
    rows = [invoice(f"i{place}", "a", "2026-04-01", "2026-05-03") for place in range(40)]
    paid = [payment(row["instalment_id"], ("2026-05-03", "2026-05-04")[place % 2]) for place, row in enumerate(rows)]
    facts = invent(clients=[client("a")], instalments=rows, settlements=paid)
    known, _, observed = look(facts)
    habits = learn_habits(known, observed, learn_lateness(known, observed), DAY)
    assert habits[0, 2] > 1.0


def test_days_outside_of_the_calendar_are_open_but_at_weekends() -> None:
    calendar = invent(clients=[client("a")]).calendar
    days = np.array([number(day) for day in ("2012-12-25", "2012-12-29", "2026-12-25", "2026-12-24", "2041-01-01")])
    assert calendar.payment_day(days).tolist() == [24, CLOSED, CLOSED, 23, 0]
