"""How clients pay: what they owe on a day, how late each of them is, on which days of the month its payments leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import Bools, Floats, Ints, tally
from forecasting.clocks import Clock, Counts, Lives, count_lives, pool_ages, shrink
from forecasting.facts import CLOSED, NEVER, Facts, Instalments, day_of_month

LATENESS = Clock(first=-60, last=400)
"""Days late: since the due date, or since the end of the dispute that held the instalment back."""

OWN_LATENESS = Clock(first=-60, last=121)
"""The ages at which a client may differ from its group: at the last one and beyond, it is as late as the others."""

TERM_EDGES = (16, 36, 51)
"""Payment terms that behave alike, by their length in days: on receipt, a month, 45 days, more."""

TERMS = len(TERM_EDGES) + 1
HABIT_DAYS = 365
"""How far back payment days are learnt from: habits change."""

HABIT_AGES = Clock(first=-15, last=45)
"""Days late at which a payment tells a payment day; the others are accidents."""

USUAL_DISPUTE_DAYS = 30.0
"""How long a dispute lasts as long as none has ended."""


@dataclass(frozen=True)
class Book:
    """What is owed on a day, per instalment; `clock_on` starts its lateness, before `waits_until` nothing is paid."""

    open_cents: Floats
    clock_on: Ints
    waits_until: Ints
    is_disputed: Bools


def open_book(facts: Facts, day: int) -> Book:
    """The book of a day, from what was known on that day.

    A dispute that ended shifts the clock to its end; one that goes on is expected to last as long as the median did.
    """
    instalments, settlements = facts.instalments, facts.settlements
    settled = tally(settlements.instalment_id, settlements.allocated_ttc_cents, len(instalments))
    has_ended = instalments.disputed_to_on != NEVER
    is_disputed = (instalments.disputed_from_on != NEVER) & ~has_ended
    durations = (instalments.disputed_to_on - instalments.disputed_from_on)[has_ended]
    usual = float(np.median(durations)) if len(durations) else USUAL_DISPUTE_DAYS
    expected_end = np.maximum(instalments.disputed_from_on + round(usual), day + 1)
    waits_until = np.where(is_disputed, expected_end, np.where(has_ended, instalments.disputed_to_on, 0))
    return Book(
        open_cents=np.maximum(instalments.due_ttc_cents - settled, 0.0),
        clock_on=np.maximum(instalments.due_on, waits_until),
        waits_until=waits_until,
        is_disputed=is_disputed,
    )


@dataclass(frozen=True)
class PaymentLives:
    """The lives of instalments on the clock of lateness, which instalment each is a part of, and the day of its end."""

    lives: Lives
    instalment_id: Ints
    end_on: Ints


def observe_payments(facts: Facts, book: Book, day: int) -> PaymentLives:
    """One life per payment that did not bounce, per part closed without cash (censored), and per part still open.

    Its weight is its share of the instalment. Insolvency ends what can be learnt of a client.
    """
    instalments, settlements = facts.instalments, facts.settlements
    counts = settlements.allocated_ttc_cents > 0
    is_cash = counts & settlements.is_payment & (settlements.bounced_on == NEVER)
    is_closing = counts & ~settlements.is_payment
    is_open = book.open_cents > 0
    looked_until = np.where(book.is_disputed, instalments.disputed_from_on, day)
    instalment_id = np.concatenate(
        [settlements.instalment_id[is_cash], settlements.instalment_id[is_closing], np.flatnonzero(is_open)]
    )
    end_on = np.concatenate([settlements.cash_on[is_cash], settlements.effective_on[is_closing], looked_until[is_open]])
    part = np.concatenate(
        [
            settlements.allocated_ttc_cents[is_cash],
            settlements.allocated_ttc_cents[is_closing],
            book.open_cents[is_open],
        ]
    )
    insolvent_on = facts.clients.insolvent_on[instalments.client_id[instalment_id]]
    is_event = (np.arange(len(end_on)) < np.count_nonzero(is_cash)) & (end_on < insolvent_on)
    end_on = np.minimum(end_on, insolvent_on)
    clock_on = book.clock_on[instalment_id]
    lives = Lives(
        entry=instalments.issued_on[instalment_id] - clock_on,
        end=end_on - clock_on,
        is_event=is_event,
        weight=part / instalments.due_ttc_cents[instalment_id],
    )
    return PaymentLives(lives, instalment_id, end_on)


def classify_terms(instalments: Instalments) -> Ints:
    """The class of the payment term of each instalment."""
    classes: Ints = np.digitize(instalments.due_on - instalments.issued_on, TERM_EDGES).astype(np.int64)
    return classes


@dataclass(frozen=True)
class Lateness:
    """Daily intensities of payment by days late: of clients, shrunk towards their type and term, then towards all."""

    client: Counts
    client_type: Ints
    group: Floats

    def intensity(self, client_id: Ints, term: Ints, ages: Ints) -> Floats:
        """The intensity of some clients and classes of terms (rows) at some ages (rows x days)."""
        group = self.client_type[client_id] * TERMS + term
        place = client_id[:, None] * OWN_LATENESS.span + OWN_LATENESS.position(ages)
        own = Counts(np.take(self.client.events, place), np.take(self.client.at_risk, place))
        return shrink(own, np.take(self.group, group[:, None] * LATENESS.span + LATENESS.position(ages)))


def learn_lateness(facts: Facts, observed: PaymentLives) -> Lateness:
    """The lateness of every client and group, from observed lives."""
    client_type = facts.clients.client_type
    client_id = facts.instalments.client_id[observed.instalment_id]
    group = client_type[client_id] * TERMS + classify_terms(facts.instalments)[observed.instalment_id]
    by_group = count_lives(LATENESS, observed.lives, group, facts.client_type_count * TERMS)
    by_client = count_lives(OWN_LATENESS, observed.lives, client_id, len(facts.clients))
    by_client.events[:, -1] = by_client.at_risk[:, -1] = 0.0
    return Lateness(by_client, client_type, shrink(by_group, pool_ages(LATENESS, by_group)))


def learn_habits(facts: Facts, observed: PaymentLives, lateness: Lateness, day: int) -> Floats:
    """How much more (or less) than its lateness says each client pays on each day of the month: clients x 31, and a
    last column of zeros for the days when banks are closed.

    Payments seen on a day of the month over the payments that lateness alone expects on the days when banks are open
    and instalments wait: of the client, shrunk towards its type, then towards all. A payment that the books date on a
    closed day counts all the same.
    """
    counts = _count_payment_days(facts, observed, lateness, day)
    total = counts.gather_all()
    level = total.events.sum() / total.at_risk.sum() if total.at_risk.sum() > 0 else 1.0
    overall = shrink(total, np.full((1, CLOSED), level))
    by_type = shrink(counts.gather(facts.clients.client_type, facts.client_type_count), overall)
    habits = shrink(counts, by_type[facts.clients.client_type])
    return np.concatenate([habits, np.zeros((len(habits), 1))], axis=1)


def _count_payment_days(facts: Facts, observed: PaymentLives, lateness: Lateness, day: int) -> Counts:
    """Payments seen, and expected from lateness alone, by client and day of the month."""
    clock_on = observed.end_on - observed.lives.end
    first = np.maximum(clock_on + np.maximum(observed.lives.entry, HABIT_AGES.first), day - HABIT_DAYS)
    last = np.minimum(observed.end_on, clock_on + HABIT_AGES.last)
    seen = np.flatnonzero(first <= last)
    clock_on, first, last, weight = clock_on[seen], first[seen], last[seen], observed.lives.weight[seen]
    instalment_id, end_on = observed.instalment_id[seen], observed.end_on[seen]
    client_id = facts.instalments.client_id[instalment_id]
    drawn, curve = np.unique(client_id * TERMS + classify_terms(facts.instalments)[instalment_id], return_inverse=True)
    ages = np.broadcast_to(np.arange(HABIT_AGES.first, HABIT_AGES.last + 1), (len(drawn), HABIT_AGES.span))
    intensity = lateness.intensity(drawn // TERMS, drawn % TERMS, ages)
    shape = (len(facts.clients), CLOSED + 1)
    expected = np.zeros(shape)
    for age in range(HABIT_AGES.first, HABIT_AGES.last + 1):
        waits = np.flatnonzero((first <= clock_on + age) & (last >= clock_on + age))
        place = client_id[waits] * shape[1] + facts.calendar.payment_day(clock_on[waits] + age)
        expected += tally(place, intensity[curve[waits], age - HABIT_AGES.first] * weight[waits], *shape)
    paid = np.flatnonzero(observed.lives.is_event[seen] & (end_on <= last))
    events = tally(client_id[paid] * shape[1] + day_of_month(end_on[paid]), weight[paid], *shape)
    return Counts(events[:, :CLOSED], expected[:, :CLOSED])
