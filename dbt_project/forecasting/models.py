"""What the Python models of `models/simulation` do: relations in, a table out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting.facts import NEVER, Facts
from forecasting.flows import WEEK, weeks_cut_at_months
from forecasting.forecast import forecast_day, forecast_mondays, learn_monthly, mondays, no_forecasts
from forecasting.live import last_month_end, write_live
from forecasting.reading import KINDS, list_categories, read_facts
from forecasting.tables import LIVE_COLUMNS, SNAPSHOT_COLUMNS, empty_table, read_snapshots, write_snapshots

if TYPE_CHECKING:
    import pyarrow as pa

BACKFILLED_WEEKS = 52
"""Mondays of the past that a first run forecasts."""

WEEKS_BEFORE = 8
"""Weeks of payments without which nothing can be learnt of how clients pay."""

LABELS = {"instalments": "flow_label", "orders": "flow_label", "deals": "flow_label", "clients": "client_name"}
SNAPSHOT_KEY = "origin_on, client_type, layer, horizon_label"
Relations = Mapping[str, Any]
"""DuckDB relations by the name of their set of rows (`reading.KINDS`)."""


def freeze_mondays(relations: Relations, as_of_days: Any, frozen: Any | None) -> pa.Table:
    """The forecasts of the Mondays since the last frozen one, or of the last year on a first run.

    `as_of_days` is `dim_as_of`, `frozen` the relation of what was frozen before.
    """
    as_of = read_as_of(as_of_days)
    earlier = None if frozen is None else frozen.order(SNAPSHOT_KEY).fetch_arrow_table()
    first = as_of - WEEK * BACKFILLED_WEEKS + 1
    if earlier is not None and len(earlier):
        first = int(np.max(earlier["origin_on"].cast("int32").to_numpy())) + 1
    if not len(mondays(first, as_of)):
        return empty_table(SNAPSHOT_COLUMNS)
    tables = read_tables(relations)
    facts = read_facts(tables)
    days = mondays(max(first, first_payment(facts) + WEEK * WEEKS_BEFORE), as_of)
    if not len(days):
        return empty_table(SNAPSHOT_COLUMNS)
    client_types = list_categories(tables["clients"], "client_type")
    known = no_forecasts(facts) if earlier is None else read_snapshots(earlier, client_types)
    return write_snapshots(forecast_mondays(facts, [int(day) for day in days], known), client_types, as_of)


def forecast_today(relations: Relations, as_of_days: Any, frozen: Any) -> pa.Table:
    """The forecast of the as-of day; its range learns from the errors of the frozen ones (`frozen`)."""
    as_of = read_as_of(as_of_days)
    tables = read_tables(relations, LABELS)
    facts = read_facts(tables)
    if first_payment(facts) > as_of:
        return empty_table(LIVE_COLUMNS)
    client_types = list_categories(tables["clients"], "client_type")
    earlier = read_snapshots(frozen.order(SNAPSHOT_KEY).fetch_arrow_table(), client_types)
    horizon = weeks_cut_at_months(as_of, last_month_end(as_of))
    behaviour = learn_monthly(facts, horizon.week_count)(as_of)
    forecast = forecast_day(facts, behaviour, horizon, earlier)
    return write_live(forecast, facts.clients.client_type, client_types, tables)


def read_tables(relations: Relations, labels: Mapping[str, str] | None = None) -> dict[str, pa.Table]:
    """The columns that `read_facts` wants of each relation, and those that name its rows, in its order."""
    tables = {}
    for name, (kind, order) in KINDS.items():
        key = f"{name.removesuffix('s')}_id"
        wanted = [column.name for column in fields(kind) if column.name != "row"] + [
            *order,
            (labels or {}).get(name, key),
        ]
        columns = [column for column in dict.fromkeys([*wanted, key]) if column in relations[name].columns]
        tables[name] = relations[name].project(", ".join(columns)).order(", ".join(order)).fetch_arrow_table()
    return tables


def read_as_of(as_of_days: Any) -> int:
    """The as-of day of the warehouse."""
    [(day,)] = as_of_days.filter("is_latest").project("as_of_on").fetchall()
    return int(np.datetime64(day, "D").astype(np.int64))


def first_payment(facts: Facts) -> int:
    """The day on which the first payment was known; NEVER without any."""
    return int(facts.settlements.known_on[facts.settlements.is_payment].min(initial=NEVER))
