"""Small companies made of rows, read as the warehouse's are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from forecasting.arrays import Floats
from forecasting.facts import Facts
from forecasting.reading import KINDS, read_facts

EPOCH = date(1970, 1, 1)
CLOSED = {date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25)}
LABELS = {"instalments": "flow_label", "orders": "flow_label", "deals": "flow_label", "clients": "client_name"}
TEXTS = frozenset({"client_type", "sale_type", "stage", "measure", "layer", "flow_label", "client_name"})

Row = Mapping[str, Any]


def number(day: str) -> int:
    """A day as the forecast counts it."""
    return (date.fromisoformat(day) - EPOCH).days


def invent(**rows: Sequence[Row]) -> Facts:
    """The facts of a company whose rows are given; a set of rows that is not named is empty."""
    return read_facts(invent_tables(**rows))


def invent_tables(**rows: Sequence[Row]) -> dict[str, pa.Table]:
    """The same, as Arrow tables. Unnamed columns are null, false, 0 or, for knowledge, the day of the event itself."""
    given: dict[str, Sequence[Row]] = {"calendar": calendar(), **rows}
    return {name: _table(name, given.get(name, [])) for name in KINDS}


@cache
def calendar() -> list[dict[str, Any]]:
    """Every day of 2023 to 2028, open from Monday to Friday but for a few holidays of 2026."""
    first = date(2023, 1, 1)
    days = [first + timedelta(days=offset) for offset in range(6 * 365)]
    return [{"date_on": day, "is_target_day": day.weekday() < 5 and day not in CLOSED} for day in days]


def _table(name: str, rows: Sequence[Row]) -> pa.Table:
    kind, order = KINDS[name]
    names = [column.name for column in fields(kind) if column.name != "row"]
    names = list(dict.fromkeys([*names, f"{name.removesuffix('s')}_id", *order, LABELS.get(name, names[0])]))
    table = pa.table({column: _column(column, rows) for column in names})
    return table.sort_by([(column, "ascending") for column in order])


def _column(name: str, rows: Sequence[Row]) -> pa.Array:
    values = [row.get(name) for row in rows]
    if name.endswith("_on"):
        return pa.array([date.fromisoformat(day) if isinstance(day, str) else day for day in values], pa.date32())
    if name.endswith(("_cents", "_number")):
        return pa.array(values, pa.int64())
    if name.endswith("_ratio"):
        return pa.array(values, pa.float64())
    if name.startswith("is_"):
        return pa.array([bool(value) for value in values])
    return pa.array(values, pa.string())


def invoice(key: str, client: str, issued_on: str, due_on: str, cents: int = 100_00, **more: Any) -> dict[str, Any]:
    """An instalment, known on the day of its issue."""
    return {
        "instalment_id": key,
        "client_id": client,
        "known_on": issued_on,
        "issued_on": issued_on,
        "due_on": due_on,
        "due_ttc_cents": cents,
        "flow_label": key,
        **more,
    }


def payment(key: str, cash_on: str, cents: int = 100_00, **more: Any) -> dict[str, Any]:
    """A payment of an instalment, known on its day."""
    return {
        "allocation_id": f"{key}/{cash_on}/{cents}",
        "instalment_id": key,
        "known_on": cash_on,
        "is_payment": True,
        "cash_on": cash_on,
        "effective_on": cash_on,
        "allocated_ttc_cents": cents,
        **more,
    }


def client(key: str, client_type: str = "PME", **more: Any) -> dict[str, Any]:
    """A client."""
    return {"client_id": key, "client_type": client_type, "client_name": key.title(), **more}


def trade(seed: int, weeks: int = 80, last_day: str = "2026-09-30") -> dict[str, list[dict[str, Any]]]:
    """A company that has invoiced five clients every few days: some pay late, some in runs, a few never."""
    random = np.random.default_rng(seed)
    end = date.fromisoformat(last_day)
    clients = [client(f"c{place}", ["PME", "GE"][place % 2]) for place in range(5)]
    instalments, settlements, arrivals = [], [], []
    for place in range(weeks * 4):
        owner = int(random.integers(5))
        issued = end - timedelta(days=int(random.integers(0, weeks * 7)))
        due = issued + timedelta(days=[30, 45][owner % 2])
        cents = int(random.integers(50_00, 9_000_00))
        key = f"i{place:04d}"
        instalments.append(invoice(key, f"c{owner}", str(issued), str(due), cents))
        paid = due + timedelta(days=int(random.integers(-5, 10 + 8 * owner)))
        if random.random() < 0.05 or paid > end:
            continue
        known = min(paid + timedelta(days=int(random.integers(0, 3))), end)
        settlements.append(payment(key, str(paid), cents, known_on=str(known)))
        arrivals += _arrivals(paid, known, issued, clients[owner]["client_type"], cents)
    return {"clients": clients, "instalments": instalments, "settlements": settlements, "arrivals": arrivals}


def _arrivals(paid: date, known: date, issued: date, client_type: str, cents: int) -> list[dict[str, Any]]:
    """What `sim_arrivals` says of one payment."""
    day_before = paid - timedelta(days=1)
    monday = day_before - timedelta(days=day_before.weekday())
    origins = [monday - timedelta(weeks=week) for week in range(13)]
    return [
        {
            "known_on": known,
            "origin_on": origin,
            "client_type": client_type,
            "layer": "receivables" if issued <= origin else "not_yet_known",
            "week_number": week + 1,
            "received_ttc_cents": cents,
        }
        for week, origin in enumerate(origins)
    ]


def probabilities(chances: Floats) -> list[float]:
    """Chances to six digits, for a test to read."""
    return [round(float(chance), 6) for chance in chances]
