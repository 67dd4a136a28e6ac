"""Steps in a row, in whole weeks: what the layers before the invoice have in common."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import Floats, Ints
from forecasting.clocks import Clock, Counts, Curves, Lives, count_lives, distribute, pool_ages, shrink
from forecasting.facts import Facts
from forecasting.flows import WEEK
from forecasting.payments import PaymentLives


def learn_weeks_to_cash(facts: Facts, observed: PaymentLives, week_count: int) -> Floats:
    """The chances that an invoice issued on a day of week 0 is paid in week 0, 1, ... (clients x weeks).

    The clock starts at the issue, so that the terms that a client was given and its lateness are learnt together: of
    the client, shrunk towards its type, then towards all.
    """
    client_type = facts.clients.client_type
    client_id = facts.instalments.client_id[observed.instalment_id]
    since_issue = Clock(first=0, last=WEEK * week_count)
    end = observed.end_on - facts.instalments.issued_on[observed.instalment_id]
    is_event = observed.lives.is_event & (end <= since_issue.last)
    lives = Lives(np.zeros_like(end), end, is_event, observed.lives.weight)
    own = count_lives(since_issue, lives, client_id, len(client_type))
    by_type = own.gather(client_type, facts.client_type_count)
    parent = shrink(by_type, pool_ages(since_issue, own))
    intensity = np.minimum(shrink(own, parent[client_type]), 1.0)
    return from_any_day(distribute(intensity)[:, : WEEK * week_count])


def from_any_day(daily: Floats) -> Floats:
    """Chances per week, counted from the week of the origin, where the origin is any of its days (rows x weeks).

    `daily` are the chances 0, 1, ... days after the origin, in whole weeks.
    """
    rows, day_count = daily.shape
    reached = np.concatenate([np.zeros((rows, WEEK)), np.cumsum(daily, axis=1)], axis=1)
    week_ends = np.arange(WEEK, day_count + 1, WEEK)
    by_week_end = np.stack([reached[:, week_ends + WEEK - 1 - day] for day in range(WEEK)]).mean(axis=0)
    return np.diff(by_week_end, axis=1, prepend=0.0)


def weeks_from_age(curves: Curves, group: Ints, age: Ints, week_count: int) -> Floats:
    """The chances that what has waited until an age ends in week 1, 2, ... after it (rows x weeks)."""
    ages = age[:, None] + WEEK * np.arange(week_count + 1)[None, :]
    reached = curves.reached[group[:, None], curves.clock.position(ages)]
    waiting = curves.waiting[group, curves.clock.position(age)][:, None]
    gained = np.diff(reached, axis=1)
    return np.divide(gained, waiting, out=np.zeros_like(gained), where=waiting > 1e-6)


def follow(first: Floats, then: Floats) -> Floats:
    """Chances per week of two steps in a row (rows x weeks): `then` counts from the week in which `first` ends."""
    week_count = first.shape[1]
    total = np.zeros_like(first)
    for week in range(week_count):
        total[:, week:] += first[:, week : week + 1] * then[:, : week_count - week]
    return total


def learn_weeks(counts: Counts, clock: Clock, week_count: int) -> Floats:
    """The chances that what starts on a day of week 0 ends in week 0, 1, ..., of all groups together (1 x weeks)."""
    return from_any_day(distribute(pool_ages(clock, counts))[:, : WEEK * week_count])
