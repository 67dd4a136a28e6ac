"""How long things take: discrete daily intensities, weighted, censored, shrunk towards what resembles them.

A clock counts days from an origin: the due date of an instalment, the promised delivery of an order, the entry of a deal
in a stage. A life is a unit seen on that clock from an age to another, where an event ends it or we stop looking: what
still waits counts until its present age, so that the slow ones are not forgotten (Kaplan-Meier's censoring).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.facts import Bools, Floats, Ints

KAPPA = 10.0
"""Lives of the parent that an estimate of its own counts beside: with ten lives, half of it is its own."""


@dataclass(frozen=True)
class Clock:
    """The ages that are told apart, in days; what lies beyond counts at the first or the last one."""

    first: int
    last: int

    @property
    def span(self) -> int:
        """How many ages there are."""
        return self.last - self.first + 1

    def position(self, ages: Ints) -> Ints:
        """Where ages stand in the arrays of this clock."""
        return np.clip(ages, self.first, self.last) - self.first


@dataclass(frozen=True)
class Lives:
    """Units on a clock: seen from the age `entry` to the age `end`, where an event happened or not; and their weight."""

    entry: Ints
    end: Ints
    is_event: Bools
    weight: Floats


@dataclass(frozen=True)
class Counts:
    """Per group and age: the weight of the events, and of what was at risk of one."""

    events: Floats
    at_risk: Floats

    def gather(self, parent: Ints, size: int) -> Counts:
        """The counts of coarser groups; `parent` is the coarser group of each group."""
        return Counts(_sum_rows(self.events, parent, size), _sum_rows(self.at_risk, parent, size))


def count_lives(clock: Clock, lives: Lives, group: Ints, size: int) -> Counts:
    """Events and exposures per group and age, each an array of size x span. A life is at risk on its last day too."""
    end = clock.position(lives.end)
    entry = np.minimum(clock.position(lives.entry), end)
    happened = lives.is_event
    events = np.bincount(group[happened] * clock.span + end[happened], lives.weight[happened], size * clock.span)
    width = clock.span + 1
    entered = np.bincount(group * width + entry, lives.weight, size * width)
    left = np.bincount(group * width + end + 1, lives.weight, size * width)
    at_risk = (entered - left).reshape(size, width).cumsum(axis=1)[:, :-1]
    return Counts(events.reshape(size, clock.span), np.maximum(at_risk, 0.0))


def pool_ages(clock: Clock, counts: Counts) -> Floats:
    """The intensity at each age of a single group: events / at risk, over a window that widens with the age.

    Around the origin a day counts for itself; far from it, where little is seen, its neighbours speak with it. Beyond
    the last age at risk the last intensity goes on.
    """
    ages = np.arange(clock.first, clock.last + 1)
    reach = np.clip((ages - 8) // 2, 0, 45)
    low = np.maximum(np.arange(clock.span) - reach, 0)
    high = np.minimum(np.arange(clock.span) + reach + 1, clock.span)
    events = np.concatenate([[0.0], counts.events[0].cumsum()])
    at_risk = np.concatenate([[0.0], counts.at_risk[0].cumsum()])
    seen = at_risk[high] - at_risk[low] > 1e-6
    intensity = np.divide(
        events[high] - events[low], at_risk[high] - at_risk[low], out=np.zeros(clock.span), where=seen
    )
    last_seen = np.maximum.accumulate(np.where(seen, np.arange(clock.span), 0))
    return np.clip(intensity[last_seen], 0.0, 1.0)


def shrink(events: Floats, at_risk: Floats, parent: Floats, kappa: float = KAPPA) -> Floats:
    """Own intensity and that of the parent, weighed by what was at risk: (events + kappa * parent) / (at risk + kappa)."""
    return (events + kappa * parent) / (at_risk + kappa)


def survive(intensity: Floats) -> Floats:
    """The probability that no event happened up to each age, that age included, along the last axis."""
    return np.cumprod(1.0 - intensity, axis=-1)


def distribute(intensity: Floats) -> Floats:
    """The probability of the event at each age, from the first one on, along the last axis."""
    survival = survive(intensity)
    before = np.concatenate([np.ones_like(survival[..., :1]), survival[..., :-1]], axis=-1)
    return before * intensity


def _sum_rows(rows: Floats, parent: Ints, size: int) -> Floats:
    total = np.zeros((size, rows.shape[1]))
    np.add.at(total, parent, rows)
    return total
