"""What the warehouse knows, as arrays; and what it knew on a past day.

The suffix of a column is its type, as in the warehouse: `_on` is a day, `_id` the position of the row that it names in
another set of rows, `_cents` an amount in whole cents, `_ratio` a share, `is_` a boolean; `row` is the position of the
row itself before any was left out, anything else the number of a category, in alphabetical order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from forecasting.arrays import Bools, Floats, Ints

NEVER = 2**30
"""A day beyond all others: what has not happened, or nobody knows."""

CLOSED = 31
"""What stands for the day of the month on days when banks are closed."""

THURSDAY, SATURDAY = 3, 5
"""Days of the week from Monday, 0; 1970-01-01 was a Thursday."""

NOWHERE = -1
"""The position of a row that is not there."""

PLANNED = frozenset({"due_on", "promised_on"})
"""Days that are announced: they may lie ahead of the day on which they are known."""


REFERENCES: Mapping[str, str | None] = {
    "instalments": "clients",
    "settlements": "instalments",
    "orders": "clients",
    "order_moves": "orders",
    "deals": "clients",
    "stays": "deals",
    "proposals": "deals",
    "arrivals": None,
}
"""The sets of rows that time reveals, each with the one that its rows name, if any."""


@dataclass(frozen=True)
class Rows:
    """Columns of one length. Rows that time reveals are in the order of `known_on`, then of their key."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))


Table = TypeVar("Table", bound=Rows)


def day_of_month(days: Ints) -> Ints:
    """The day of the month, from 0."""
    dates = days.astype("datetime64[D]")
    numbers: Ints = (dates - dates.astype("datetime64[M]")).astype(np.int64)
    return numbers


@dataclass(frozen=True)
class Calendar(Rows):
    """Every day of a span without holes, and whether banks settle on it (TARGET)."""

    date_on: Ints
    is_target_day: Bools

    def payment_day(self, days: Ints) -> Ints:
        """The day of the month, from 0; CLOSED where banks do not settle, which outside of the span is at weekends."""
        place = days - self.date_on[0]
        if len(days) and (int(place.min()) < 0 or int(place.max()) >= len(self)):
            weekday = (days + THURSDAY) % 7
            known = self._payment_days[np.clip(place, 0, len(self) - 1)]
            outside = (place < 0) | (place >= len(self))
            return np.where(outside, np.where(weekday < SATURDAY, day_of_month(days), CLOSED), known)
        payment_days: Ints = self._payment_days[place]
        return payment_days

    @cached_property
    def _payment_days(self) -> Ints:
        return np.where(self.is_target_day, day_of_month(self.date_on), CLOSED)


@dataclass(frozen=True)
class Clients(Rows):
    """One row per client."""

    client_type: Ints
    insolvent_on: Ints


@dataclass(frozen=True)
class Instalments(Rows):
    """One row per instalment of an invoice."""

    client_id: Ints
    row: Ints
    known_on: Ints
    issued_on: Ints
    due_on: Ints
    due_ttc_cents: Floats
    vat_ratio: Floats
    is_retention: Bools
    disputed_from_on: Ints
    disputed_to_on: Ints


@dataclass(frozen=True)
class Settlements(Rows):
    """One row per part of an instalment that a payment, a credit note or a loss closed; a bounce takes it back."""

    instalment_id: Ints
    known_on: Ints
    is_payment: Bools
    cash_on: Ints
    effective_on: Ints
    bounced_on: Ints
    allocated_ttc_cents: Floats


@dataclass(frozen=True)
class Orders(Rows):
    """One row per signed order."""

    client_id: Ints
    row: Ints
    known_on: Ints
    sale_type: Ints
    signed_on: Ints
    vat_ratio: Floats


@dataclass(frozen=True)
class OrderMoves(Rows):
    """One row per change of an order, delivery or invoice: `measure` says which, in alphabetical order.

    A change may promise a delivery (`promised_on`); an invoice follows a last delivery (`delivered_on`).
    """

    order_id: Ints
    known_on: Ints
    measure: Ints
    effective_on: Ints
    promised_on: Ints
    delivered_on: Ints
    moved_ttc_cents: Floats


@dataclass(frozen=True)
class Deals(Rows):
    """One row per deal, with the amount that the CRM shows."""

    client_id: Ints
    row: Ints
    known_on: Ints
    deal_ht_cents: Floats


@dataclass(frozen=True)
class Stays(Rows):
    """One row per open stage that a deal entered, and how the deal ended after that."""

    deal_id: Ints
    known_on: Ints
    stage: Ints
    left_on: Ints
    won_on: Ints
    lost_on: Ints


@dataclass(frozen=True)
class Proposals(Rows):
    """One row per quote version sent for a deal."""

    deal_id: Ints
    known_on: Ints
    proposed_ht_cents: Floats


@dataclass(frozen=True)
class Arrivals(Rows):
    """One row per cash received in a week after an origin (a Monday), by type of client and layer on the origin."""

    known_on: Ints
    origin_on: Ints
    client_type: Ints
    layer: Ints
    week_number: Ints
    received_ttc_cents: Floats


@dataclass(frozen=True)
class Facts:
    """Everything that a forecast may know; the counts are those of categories, whether seen yet or not."""

    client_type_count: int
    sale_type_count: int
    stage_count: int
    calendar: Calendar
    clients: Clients
    instalments: Instalments
    settlements: Settlements
    orders: Orders
    order_moves: OrderMoves
    deals: Deals
    stays: Stays
    proposals: Proposals
    arrivals: Arrivals


def latest_knowledge(facts: Facts) -> int:
    """The last day on which any of the facts was recorded; 0 where there is none."""
    return max(int(getattr(facts, name).known_on.max(initial=0)) for name in REFERENCES)


def known_at(facts: Facts, day: int) -> Facts:
    """What was known at the end of a day: rows recorded by then, and of those no event after it.

    A plan (a due date, a promise) stays; whatever happened later becomes NEVER. Rows that name an unknown one are
    dropped. A forecast reads nothing else, so it cannot see the future.
    """
    known: dict[str, Any] = {"clients": _forget_events(facts.clients, day)}
    for name, reference in REFERENCES.items():
        rows = getattr(facts, name)
        rows = _slice(rows, int(np.searchsorted(rows.known_on, day, side="right")))
        if reference is not None:
            place = getattr(rows, f"{reference.removesuffix('s')}_id")
            is_known = (place != NOWHERE) & (place < len(known[reference]))
            rows = rows if is_known.all() else _pick(rows, is_known)
        known[name] = _forget_events(rows, day)
    return replace(facts, **known)


def _slice(rows: Table, count: int) -> Table:
    return replace(rows, **{column.name: getattr(rows, column.name)[:count] for column in fields(rows)})


def _pick(rows: Table, chosen: Bools) -> Table:
    return replace(rows, **{column.name: getattr(rows, column.name)[chosen] for column in fields(rows)})


def _forget_events(rows: Table, day: int) -> Table:
    later = {
        column.name: np.where(getattr(rows, column.name) > day, NEVER, getattr(rows, column.name))
        for column in fields(rows)
        if column.name.endswith("_on") and column.name != "known_on" and column.name not in PLANNED
    }
    return replace(rows, **later)
