"""What is expected: amounts, each with its chances to arrive in each period ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.arrays import Floats, Ints

LAYERS = ("receivables", "retained", "to_invoice", "undelivered", "pipeline", "not_yet_known")
"""Where the euro stands on the day of the forecast, from the nearest to the bank to the farthest."""

RECEIVABLES, RETAINED, TO_INVOICE, UNDELIVERED, PIPELINE, NOT_YET_KNOWN = range(len(LAYERS))
WEEK = 7
WEEKS = 13
"""Weeks ahead of a forecast. The first one starts on the day after it: what happened on that day is known."""


@dataclass(frozen=True)
class Horizon:
    """The periods ahead of a day: the last day of each, and the week that each is (a part) of."""

    day: int
    ends: Ints
    week: Ints

    @property
    def starts(self) -> Ints:
        """The first day of each period."""
        return np.concatenate([[self.day + 1], self.ends[:-1] + 1])

    @property
    def days(self) -> Ints:
        """Every day ahead."""
        return np.arange(self.day + 1, int(self.ends[-1]) + 1)

    @property
    def week_count(self) -> int:
        """How many weeks there are."""
        return int(self.week[-1]) + 1

    def from_days(self, daily: Floats) -> Floats:
        """Chances per period (flows x periods) from chances per day (flows x days)."""
        return np.add.reduceat(daily, self.starts - self.day - 1, axis=1)

    def from_weeks(self, weekly: Floats) -> Floats:
        """Chances per period from chances per week, spread evenly over the days of each."""
        return weekly[:, self.week] * ((self.ends - self.starts + 1) / WEEK)

    def to_weeks(self, chances: Floats) -> Floats:
        """Chances in each of the thirteen weeks (flows x weeks) from chances per period."""
        firsts = np.searchsorted(self.week, np.arange(WEEKS + 1))
        return np.add.reduceat(chances[:, : firsts[-1]], firsts[:-1], axis=1)


def weeks_ahead(day: int) -> Horizon:
    """The thirteen weeks that follow a day."""
    week = np.arange(WEEKS)
    return Horizon(day, day + WEEK * (week + 1), week)


def weeks_cut_at_months(day: int, last_day: int) -> Horizon:
    """Whole weeks until a day is covered, each cut where a month ends."""
    week_count = max(-(-(last_day - day) // WEEK), WEEKS)
    days = np.arange(day + 1, day + WEEK * week_count + 1)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    is_last = (days - day) % WEEK == 0
    is_last[:-1] |= months[:-1] != months[1:]
    ends = days[is_last]
    return Horizon(day, ends, (ends - day - 1) // WEEK)


@dataclass(frozen=True)
class Flows:
    """Amounts on their way to the bank, one row each.

    `source_row` is the row of the instalment, order or deal; `chance_id` its row of `chances` (rows x periods), which
    flows with the same fate share; rows of one `cluster` are drawn together.
    """

    layer: Ints
    client_id: Ints
    source_row: Ints
    amount_cents: Floats
    vat_cents: Floats
    chance_id: Ints
    chances: Floats
    cluster: Ints

    def __len__(self) -> int:
        return len(self.layer)


def join_flows(parts: Sequence[Flows]) -> Flows:
    """The flows of several layers; clusters of two parts are never the same."""
    rows = np.cumsum([0, *(len(part.chances) for part in parts)])
    clusters = np.cumsum([0, *(int(part.cluster.max(initial=-1)) + 1 for part in parts)])
    return Flows(
        layer=np.concatenate([part.layer for part in parts]),
        client_id=np.concatenate([part.client_id for part in parts]),
        source_row=np.concatenate([part.source_row for part in parts]),
        amount_cents=np.concatenate([part.amount_cents for part in parts]),
        vat_cents=np.concatenate([part.vat_cents for part in parts]),
        chance_id=np.concatenate([part.chance_id + first for part, first in zip(parts, rows[:-1], strict=True)]),
        chances=np.concatenate([part.chances for part in parts]),
        cluster=np.concatenate([part.cluster + first for part, first in zip(parts, clusters[:-1], strict=True)]),
    )
