"""From an invoice still to come to its cash: what the layers before the invoice have in common, in whole weeks."""

from __future__ import annotations

import numpy as np

from forecasting.clocks import KAPPA, Clock, Counts, distribute, shrink, survive
from forecasting.facts import Facts, Floats, Ints
from forecasting.flows import WEEK
from forecasting.payments import TERM_COUNT, TERM_EDGES, Lateness

EVERYONE = np.zeros(1, dtype=np.int64)


def usual_terms(facts: Facts) -> Floats:
    """The mean term of each client in days, shrunk towards its type, then towards all: how long after its issue an
    invoice to it is due.
    """
    instalments, client_type = facts.instalments, facts.clients.client_type
    standard = ~instalments.is_retention
    client_id = instalments.client_id[standard]
    days = (instalments.due_on - instalments.issued_on)[standard].astype(np.float64)
    size = len(facts.clients)
    counts = Counts(
        np.bincount(client_id, days, size)[:, None], np.bincount(client_id, minlength=size)[:, None].astype(np.float64)
    )
    overall = counts.gather(np.zeros_like(client_type), 1)
    mean = overall.events / np.maximum(overall.at_risk, 1.0)
    by_type = counts.gather(client_type, int(client_type.max(initial=0)) + 1)
    mean = shrink(by_type.events, by_type.at_risk, mean)
    return shrink(counts.events, counts.at_risk, mean[client_type], KAPPA)[:, 0]


def weeks_to_cash(facts: Facts, lateness: Lateness, terms: Floats, client_id: Ints, week_count: int) -> Floats:
    """The chances that an invoice issued on a day of week 0 is paid in week 0, 1, ... (clients x weeks)."""
    term = np.rint(terms[client_id]).astype(np.int64)
    group = facts.clients.client_type[client_id] * TERM_COUNT + np.digitize(term, TERM_EDGES)
    ages = np.arange(WEEK * week_count)[None, :] - term[:, None]
    paid = distribute(lateness.intensity(client_id, group, ages))
    return from_any_day(paid)


def from_any_day(daily: Floats) -> Floats:
    """Chances per week, counted from the week of the origin, where the origin is any of its days (rows x weeks).

    `daily` are the chances 0, 1, ... days after the origin, in whole weeks.
    """
    rows, day_count = daily.shape
    reached = np.concatenate([np.zeros((rows, WEEK)), np.cumsum(daily, axis=1)], axis=1)
    week_ends = np.arange(WEEK, day_count + 1, WEEK)
    by_week_end = sum(reached[:, WEEK + week_ends - 1 - day] for day in range(WEEK)) / WEEK
    return np.diff(by_week_end, axis=1, prepend=0.0)


def weeks_from_age(clock: Clock, event: Floats, survival: Floats, group: Ints, age: Ints, week_count: int) -> Floats:
    """The chances that what has waited until an age ends in week 1, 2, ... after it (rows x weeks).

    `event` and `survival` are the curves of the groups along the clock, `group` and `age` those of the rows.
    """
    reached = np.concatenate([np.zeros((len(event), 1)), np.cumsum(event, axis=1)], axis=1)
    ages = age[:, None] + WEEK * np.arange(week_count + 1)[None, :]
    at_week_end = reached[group[:, None], clock.position(ages) + 1]
    waiting = survival[group, clock.position(age)][:, None]
    gained = np.diff(at_week_end, axis=1)
    return np.divide(gained, waiting, out=np.zeros_like(gained), where=waiting > 1e-6)


def follow(first: Floats, then: Floats) -> Floats:
    """Chances per week of two steps in a row (rows x weeks): `then` counts from the week in which `first` ends."""
    week_count = first.shape[1]
    total = np.zeros_like(first)
    for week in range(week_count):
        total[:, week:] += first[:, week : week + 1] * then[:, : week_count - week]
    return total


def curves(events: Floats, at_risk: Floats, overall: Floats) -> tuple[Floats, Floats]:
    """The chances of an event at each age, and of waiting beyond it, of groups shrunk towards all."""
    intensity = np.minimum(shrink(events, at_risk, overall), 1.0)
    return distribute(intensity), survive(intensity)
