"""How long things take: discrete daily intensities, weighted, censored, shrunk towards what resembles them.

A clock counts days from an origin: the due date of an instalment, the promised delivery of an order, the entry of a
deal in a stage. A life is a unit seen on that clock from an age to another, where an event ends it or we stop looking:
what still waits counts until its present age, so that the slow ones are not forgotten (Kaplan-Meier's censoring).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import Bools, Floats, Ints, tally

KAPPA = 10.0
"""Lives of the parent that an estimate counts beside its own: from ten lives on, its own weigh more."""

NARROW_AGES = 8
"""Days around the origin of a clock in which each day speaks for itself."""

WIDEST_REACH = 45


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
    """Units on a clock, with a weight: seen from the age `entry` to the age `end`, where an event happened or not."""

    entry: Ints
    end: Ints
    is_event: Bools
    weight: Floats


@dataclass(frozen=True)
class Counts:
    """Per group and age (groups x ages): the weight of the events, and of what was at risk of one."""

    events: Floats
    at_risk: Floats

    def gather(self, parent: Ints, size: int) -> Counts:
        """The counts of coarser groups; `parent` is the coarser group of each group."""
        return Counts(_sum_rows(self.events, parent, size), _sum_rows(self.at_risk, parent, size))

    def gather_all(self) -> Counts:
        """The counts of all groups together (1 x ages)."""
        return Counts(self.events.sum(axis=0, keepdims=True), self.at_risk.sum(axis=0, keepdims=True))


def count_lives(clock: Clock, lives: Lives, group: Ints, size: int) -> Counts:
    """Events and exposures per group and age. A life is at risk on its last day too."""
    end = clock.position(lives.end)
    entry = np.minimum(clock.position(lives.entry), end)
    happened = lives.is_event
    width = clock.span + 1
    entered = tally(group * width + entry, lives.weight, size, width)
    left = tally(group * width + end + 1, lives.weight, size, width)
    at_risk = (entered - left).cumsum(axis=1)[:, :-1]
    events = tally(group[happened] * clock.span + end[happened], lives.weight[happened], size, clock.span)
    return Counts(events, np.maximum(at_risk, 0.0))


def pool_ages(clock: Clock, counts: Counts) -> Floats:
    """The intensity at each age of all groups together (1 x ages): events / at risk, in a window that grows with age.

    Around the origin a day counts for itself; far from it, where little is seen, its neighbours speak with it. Beyond
    the last age at risk the last intensity goes on.
    """
    total = counts.gather_all()
    numbers = np.arange(clock.span)
    reach = np.clip((numbers + clock.first - NARROW_AGES) // 2, 0, WIDEST_REACH)
    window = np.stack([np.maximum(numbers - reach, 0), np.minimum(numbers + reach + 1, clock.span)])
    events, at_risk = (
        np.diff(np.concatenate([[0.0], row[0].cumsum()])[window], axis=0) for row in (total.events, total.at_risk)
    )
    seen = at_risk > 1e-6
    intensity = np.divide(events, at_risk, out=np.zeros_like(events), where=seen)
    last_seen = np.maximum.accumulate(np.where(seen, numbers, 0), axis=1)
    pooled: Floats = np.clip(np.take_along_axis(intensity, last_seen, axis=1), 0.0, 1.0)
    return pooled


def shrink(counts: Counts, parent: Floats, kappa: float = KAPPA) -> Floats:
    """Own intensity and the parent's, weighed by what was at risk: (events + kappa * parent) / (at risk + kappa)."""
    return (counts.events + kappa * parent) / (counts.at_risk + kappa)


def survive(intensity: Floats) -> Floats:
    """The probability that no event happened up to each age, that age included, along the last axis."""
    survival: Floats = np.cumprod(1.0 - intensity, axis=-1, dtype=np.float64)
    return survival


def distribute(intensity: Floats) -> Floats:
    """The probability of the event at each age, from the first one on, along the last axis."""
    return _before(survive(intensity)) * intensity


@dataclass(frozen=True)
class Curves:
    """Of groups on a clock (groups x ages): the chance that the event is over by an age, and that nothing is."""

    clock: Clock
    reached: Floats
    waiting: Floats


def learn_curves(clock: Clock, counts: Counts, rivals: Floats | None = None) -> Curves:
    """The curves of groups, each shrunk towards all; `rivals` are the events of another kind that end the wait as well
    (cumulative incidence of Aalen-Johansen).
    """
    intensity = np.minimum(shrink(counts, pool_ages(clock, counts)), 1.0)
    leaving = intensity
    if rivals is not None:
        competing = Counts(rivals, counts.at_risk)
        leaving = np.minimum(intensity + shrink(competing, pool_ages(clock, competing)), 1.0)
    waiting = survive(leaving)
    return Curves(clock, np.cumsum(_before(waiting) * intensity, axis=1), waiting)


def _before(survival: Floats) -> Floats:
    return np.concatenate([np.ones_like(survival[..., :1]), survival[..., :-1]], axis=-1)


def _sum_rows(rows: Floats, parent: Ints, size: int) -> Floats:
    total = np.zeros((size, rows.shape[1]))
    np.add.at(total, parent, rows)
    return total
