"""The forecast of today as a table: the cells of a snapshot, the flows that make them, the months of each client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasting.arrays import Floats, Ints
from forecasting.flows import (
    LAYERS,
    NOT_YET_KNOWN,
    PIPELINE,
    RECEIVABLES,
    RETAINED,
    TO_INVOICE,
    UNDELIVERED,
    WEEK,
    WEEKS,
    Flows,
    Horizon,
)
from forecasting.forecast import Forecast
from forecasting.portfolio import FIRST_WEEKS, PARTS, PERIODS
from forecasting.tables import EVERYONE, LIVE_COLUMNS, Columns, concatenate, list_cells, to_table

if TYPE_CHECKING:
    import pyarrow as pa

LIKELY = 0.05
"""The least chance at which a flow is counted in a period."""

TOP = 3
MONTHS_AHEAD = 6
LATER = "later"
NOBODY = "unknown"
"""The client of what is not known yet."""

SOURCES: Mapping[int, str] = {
    RECEIVABLES: "instalments",
    RETAINED: "instalments",
    TO_INVOICE: "orders",
    UNDELIVERED: "orders",
    PIPELINE: "deals",
}
"""What the flows of each layer are rows of."""


def last_month_end(day: int) -> int:
    """The last day of the last month that today's forecast covers."""
    month = np.datetime64(day, "D").astype("datetime64[M]") + MONTHS_AHEAD + 1
    return int(month.astype("datetime64[D]").astype(np.int64)) - 1


def write_live(
    forecast: Forecast, client_type: Ints, client_types: Sequence[str], tables: Mapping[str, pa.Table]
) -> pa.Table:
    """One row per perimeter (all, a type of client, a client), layer and period: weeks, or for a client months."""
    parts = [_by_type(forecast, client_type, client_types, tables), _by_client(forecast, tables["clients"])]
    return to_table(concatenate(parts), LIVE_COLUMNS)


def _by_type(
    forecast: Forecast, client_type: Ints, client_types: Sequence[str], tables: Mapping[str, pa.Table]
) -> Columns:
    cells = list_cells(forecast, [*client_types, EVERYONE])
    label = cells.pop("client_type")
    chances = _spread(forecast.flows, forecast.horizon)
    counts = _count_flows(forecast, chances, client_type)
    tops = np.full(counts.shape, None, dtype=object)
    tops[-1] = _name_top_flows(forecast, chances, tables)
    return {
        "perimeter_kind": np.where(label == EVERYONE, EVERYONE, "client_type").astype(object),
        "perimeter_label": label,
        **cells,
        "flow_count": counts[forecast.is_present].ravel(),
        "top_flows": tops[forecast.is_present].ravel(),
    }


def _by_client(forecast: Forecast, clients: pa.Table) -> Columns:
    """Expected cash of each client, layer and month, and what is left of its open amount after them."""
    horizon, flows = forecast.horizon, forecast.flows
    months, firsts = np.unique(_month(horizon.ends), return_index=True)
    shape = (*forecast.client_cash.shape[:2], 1)
    client, layer = flows.client_id, flows.layer
    opened, opened_vat = (
        np.rint(np.bincount(client * len(LAYERS) + layer, cents, shape[0] * shape[1])).reshape(shape)
        for cents in (flows.amount_cents, flows.vat_cents)
    )
    cash, vat = (np.add.reduceat(cells, firsts, axis=2) for cells in (forecast.client_cash, forecast.client_vat))
    cash = np.concatenate([cash, opened - cash.sum(axis=2, keepdims=True)], axis=2)
    vat = np.concatenate([vat, opened_vat - vat.sum(axis=2, keepdims=True)], axis=2)
    has_flow = np.nonzero(np.broadcast_to(opened > 0, cash.shape))
    foreseen = int(np.count_nonzero(horizon.starts[firsts] <= horizon.day + WEEK * WEEKS))
    unknown, unknown_vat = (
        _unknown_by_month(cells, horizon, firsts)[:foreseen] for cells in (forecast.expected, forecast.expected_vat)
    )
    ids = clients["client_id"].to_numpy(zero_copy_only=False)
    period = np.concatenate([has_flow[2], np.arange(foreseen)])
    starts = np.append(horizon.starts[firsts], horizon.ends[-1] + 1)
    ends = np.append(horizon.ends[np.append(firsts[1:], len(horizon.ends)) - 1], np.iinfo(np.int64).min)
    nothing = np.full(len(period), np.nan)
    return {
        "perimeter_kind": np.full(len(period), "client", dtype=object),
        "perimeter_label": np.concatenate([ids[has_flow[0]], np.full(foreseen, NOBODY, dtype=object)]),
        "origin_on": np.full(len(period), horizon.day),
        "layer": np.array(LAYERS, dtype=object)[np.concatenate([has_flow[1], np.full(foreseen, NOT_YET_KNOWN)])],
        "horizon_label": np.array([*months.astype("datetime64[M]").astype(str), LATER], dtype=object)[period],
        "period_from_on": starts[period],
        "period_to_on": ends[period],
        "expected_ttc_cents": np.concatenate([cash[has_flow], unknown]),
        "expected_vat_cents": np.concatenate([vat[has_flow], unknown_vat]),
        **{f"{name}_ttc_cents": nothing for name in ("p10", "p50", "p90")},
        "flow_count": nothing,
        "top_flows": np.full(len(period), None, dtype=object),
    }


def _month(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _unknown_by_month(expected: Floats, horizon: Horizon, firsts: Ints) -> Floats:
    """What is not known yet, by month: the thirteen weeks, each spread over its days; nothing is said beyond them."""
    weekly = expected[-1, NOT_YET_KNOWN, :WEEKS]
    shares = (horizon.ends - horizon.starts + 1) / WEEK
    cells = np.where(horizon.week < WEEKS, weekly[np.minimum(horizon.week, WEEKS - 1)] * shares, 0.0)
    reached = np.rint(np.cumsum(np.add.reduceat(cells, firsts)))
    return np.diff(reached, prepend=0.0)


def _spread(flows: Flows, horizon: Horizon) -> Floats:
    """Chances of each flow in the periods that have a range."""
    weekly = horizon.to_weeks(flows.chances)
    return np.concatenate([weekly, weekly[:, :FIRST_WEEKS].sum(axis=1, keepdims=True)], axis=1)[flows.chance_id]


def _count_flows(forecast: Forecast, chances: Floats, client_type: Ints) -> NDArray[Any]:
    """How many flows are likely in each cell."""
    flows, types = forecast.flows, forecast.is_present.shape[0] - 1
    counts = np.zeros((types + 1, len(PARTS), PERIODS))
    np.add.at(counts, (client_type[flows.client_id], flows.layer), chances >= LIKELY)
    counts[:, -1] = counts.sum(axis=1)
    counts[-1] = counts.sum(axis=0)
    return counts


def _name_top_flows(forecast: Forecast, chances: Floats, tables: Mapping[str, pa.Table]) -> NDArray[Any]:
    """The flows that weigh most in each part and period, in words."""
    flows = forecast.flows
    expected = flows.amount_cents[:, None] * chances
    names = np.full((len(PARTS), PERIODS), None, dtype=object)
    for part in range(len(PARTS)):
        of_part = np.flatnonzero(flows.layer == part) if part < len(LAYERS) else np.arange(len(flows))
        for period in range(PERIODS):
            heavy = of_part[np.argsort(-expected[of_part, period], kind="stable")[:TOP]]
            named = [_name_flow(flows, int(flow), expected[flow, period], tables) for flow in heavy]
            names[part, period] = "; ".join(name for name in named if name) or None
    return names


def _name_flow(flows: Flows, flow: int, cents: float, tables: Mapping[str, pa.Table]) -> str:
    """`FA26-0012 Ferrosarzan 1 234 €`; nothing for less than a euro."""
    if cents < 100:
        return ""
    source = tables[SOURCES[int(flows.layer[flow])]]
    label = source["flow_label"][int(flows.source_row[flow])].as_py()
    client = tables["clients"]["client_name"][int(flows.client_id[flow])].as_py()
    return f"{label} {client} {cents / 100:,.0f}\u00a0€".replace(",", "\u202f")
