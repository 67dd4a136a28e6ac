"""How clients pay: what they owe on a day, how late each of them is, on which days of the month its payments leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.clocks import KAPPA, Clock, Counts, Lives, count_lives, pool_ages, shrink
from forecasting.facts import NEVER, Bools, Facts, Floats, Instalments, Ints

LATENESS = Clock(first=-60, last=400)
"""Days late: from the due date, or from the end of the dispute that held the instalment back."""

TERM_EDGES = (16, 36, 51)
"""Lengths of payment terms that behave alike, in days: on receipt, a month, 45 days, more."""

TERM_COUNT = len(TERM_EDGES) + 1
HABIT_DAYS = 730
"""How far back payment days are learnt from: habits change."""

LATEST_HABIT_AGE = 120
"""An instalment that waits longer than this many days after its due date says nothing of payment days."""

DAYS_OF_MONTH = 31
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

    A dispute that ended shifts the clock to its end; one that goes on is expected to last as long as the median one did.
    """
    instalments, settlements = facts.instalments, facts.settlements
    settled = np.bincount(settlements.instalment_id, settlements.allocated_ttc_cents, len(instalments))
    is_disputed = (instalments.disputed_from_on != NEVER) & (instalments.disputed_to_on == NEVER)
    has_ended = instalments.disputed_to_on != NEVER
    ended_on = np.where(has_ended, instalments.disputed_to_on, 0)
    durations = (instalments.disputed_to_on - instalments.disputed_from_on)[has_ended]
    usual = float(np.median(durations)) if len(durations) else USUAL_DISPUTE_DAYS
    expected_end = np.maximum(instalments.disputed_from_on + round(usual), day + 1)
    waits_until = np.where(is_disputed, expected_end, ended_on)
    return Book(
        open_cents=np.maximum(instalments.due_ttc_cents - settled, 0.0),
        clock_on=np.maximum(instalments.due_on, waits_until),
        waits_until=waits_until,
        is_disputed=is_disputed,
    )


@dataclass(frozen=True)
class PaymentLives:
    """The lives of instalments on the clock of lateness, and which instalment each is a part of."""

    lives: Lives
    instalment_id: Ints
    end_on: Ints


def observe_payments(facts: Facts, book: Book, day: int) -> PaymentLives:
    """One life per payment that did not bounce, per part closed without cash (censored), and per part still open.

    Its weight is its share of the instalment. Insolvency ends what can be learnt of a client.
    """
    instalments, settlements = facts.instalments, facts.settlements
    is_cash = settlements.is_payment & (settlements.bounced_on == NEVER) & (settlements.allocated_ttc_cents > 0)
    is_closing = ~settlements.is_payment & (settlements.allocated_ttc_cents > 0)
    is_open = book.open_cents > 0
    looked_until = np.where(book.is_disputed, instalments.disputed_from_on, day)
    instalment_id = np.concatenate(
        [settlements.instalment_id[is_cash], settlements.instalment_id[is_closing], np.flatnonzero(is_open)]
    )
    end_on = np.concatenate(
        [settlements.cash_on[is_cash], settlements.effective_on[is_closing], looked_until[is_open]]
    )
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


def classify(instalments: Instalments, client_type: Ints) -> Ints:
    """The group of each instalment: the type of its client and the length of its term."""
    terms = np.digitize(instalments.due_on - instalments.issued_on, TERM_EDGES)
    return client_type[instalments.client_id] * TERM_COUNT + terms


@dataclass(frozen=True)
class Lateness:
    """Daily intensities of payment by days late: of clients, shrunk towards those of their group, then of all."""

    client: Counts
    group: Floats
    kappa: float = KAPPA

    def intensity(self, client_id: Ints, group: Ints, ages: Ints) -> Floats:
        """The intensity of some clients and groups (rows) at some ages (rows x days)."""
        place = LATENESS.position(ages)
        events = self.client.events[client_id[:, None], place]
        at_risk = self.client.at_risk[client_id[:, None], place]
        return shrink(events, at_risk, self.group[group[:, None], place], self.kappa)


def learn_lateness(facts: Facts, observed: PaymentLives) -> Lateness:
    """The lateness of every client and group, from observed lives."""
    clients, instalments = facts.clients, facts.instalments
    group_count = (int(clients.client_type.max(initial=0)) + 1) * TERM_COUNT
    group = classify(instalments, clients.client_type)[observed.instalment_id]
    by_group = count_lives(LATENESS, observed.lives, group, group_count)
    overall = pool_ages(LATENESS, by_group.gather(np.zeros(group_count, dtype=np.int64), 1))
    by_client = count_lives(
        LATENESS, observed.lives, instalments.client_id[observed.instalment_id], len(clients)
    )
    return Lateness(client=by_client, group=shrink(by_group.events, by_group.at_risk, overall))


def learn_habits(facts: Facts, observed: PaymentLives, lateness: Lateness, day: int) -> Floats:
    """How much more (or less) than its lateness says each client pays on each day of the month, clients x 31.

    Payments seen on a day of the month over the payments that lateness alone expects on the days when banks are open
    and instalments wait: of the client, shrunk towards its type, then towards all.
    """
    clients, instalments = facts.clients, facts.instalments
    client_id = instalments.client_id[observed.instalment_id]
    clock_on = observed.end_on - observed.lives.end
    first = np.maximum(np.maximum(clock_on + observed.lives.entry, clock_on + LATENESS.first), day - HABIT_DAYS)
    last = np.minimum(observed.end_on, clock_on + LATEST_HABIT_AGE)
    life, days = _spell_days(first, last)
    ages = days - clock_on[life]
    group = classify(instalments, clients.client_type)[observed.instalment_id]
    awaited = (
        lateness.intensity(client_id[life], group[life], ages[:, None])[:, 0]
        * observed.lives.weight[life]
        * facts.calendar.is_open(days)
    )
    recent = observed.lives.is_event & (observed.end_on >= first) & (observed.end_on <= last)
    size = len(clients)
    expected = _per_day_of_month(client_id[life], days, awaited, size)
    seen = _per_day_of_month(client_id[recent], observed.end_on[recent], observed.lives.weight[recent], size)
    return _shrink_habits(seen, expected, clients.client_type)


def _shrink_habits(seen: Floats, expected: Floats, client_type: Ints) -> Floats:
    """Ratios of seen to expected payments, clients x days of the month; of all, then types, then clients."""
    level = seen.sum() / expected.sum() if expected.sum() > 0 else 1.0
    counts = Counts(seen, expected)
    overall = counts.gather(np.zeros_like(client_type), 1)
    habit = shrink(overall.events, overall.at_risk, np.full((1, DAYS_OF_MONTH), level))
    by_type = counts.gather(client_type, int(client_type.max(initial=0)) + 1)
    habit = shrink(by_type.events, by_type.at_risk, habit)
    return shrink(seen, expected, habit[client_type])


def day_of_month(days: Ints) -> Ints:
    """The day of the month, from 0."""
    dates = days.astype("datetime64[D]")
    return (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)


def _per_day_of_month(client_id: Ints, days: Ints, weight: Floats, size: int) -> Floats:
    place = client_id * DAYS_OF_MONTH + day_of_month(days)
    return np.bincount(place, weight, size * DAYS_OF_MONTH).reshape(size, DAYS_OF_MONTH)


def _spell_days(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every day of every span, both ends included, and the span that each is of."""
    lengths = np.maximum(last - first + 1, 0)
    spans = np.repeat(np.arange(len(first)), lengths)
    offsets = np.arange(len(spans)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return spans, first[spans] + offsets
