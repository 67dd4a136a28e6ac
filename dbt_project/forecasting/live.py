"""The forecast of today as a table: the cells of a snapshot, the flows that make them, the months of each client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasting.arrays import Floats, Ints, tally
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
NO_DAY = np.datetime64("NaT", "D").astype(np.int64)
"""The last day of what has none."""

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
    months, flows = _cut_months(forecast.horizon), forecast.flows
    cash = _rest_later(months.sum(forecast.client_cash), _sum_open(forecast, flows.amount_cents))
    vat = _rest_later(months.sum(forecast.client_vat), _sum_open(forecast, flows.vat_cents))
    client, layer, period = np.nonzero(np.broadcast_to(_sum_open(forecast, flows.amount_cents) > 0, cash.shape))
    unknown = months.spread(forecast.expected[-1, NOT_YET_KNOWN, :WEEKS], forecast.horizon)
    unknown_vat = months.spread(forecast.expected_vat[-1, NOT_YET_KNOWN, :WEEKS], forecast.horizon)
    count = len(period) + len(unknown)
    ids = clients["client_id"].to_numpy(zero_copy_only=False)
    labels = np.array(
        [*months.starts_on.astype("datetime64[D]").astype("datetime64[M]").astype(str), LATER], dtype=object
    )
    number = np.concatenate([period, np.arange(len(unknown))])
    return {
        "perimeter_kind": np.full(count, "client", dtype=object),
        "perimeter_label": np.concatenate([ids[client], np.full(len(unknown), NOBODY, dtype=object)]),
        "origin_on": np.full(count, forecast.horizon.day),
        "layer": np.array(LAYERS, dtype=object)[np.concatenate([layer, np.full(len(unknown), NOT_YET_KNOWN)])],
        "horizon_label": labels[number],
        "period_from_on": np.append(months.starts_on, months.ends_on[-1] + 1)[number],
        "period_to_on": np.append(months.ends_on, NO_DAY)[number],
        "expected_ttc_cents": np.concatenate([cash[client, layer, period], unknown]),
        "expected_vat_cents": np.concatenate([vat[client, layer, period], unknown_vat]),
        **{f"{name}_ttc_cents": np.full(count, np.nan) for name in ("p10", "p50", "p90")},
        "flow_count": np.full(count, np.nan),
        "top_flows": np.full(count, None, dtype=object),
    }


@dataclass(frozen=True)
class Months:
    """The whole months of a horizon (of the first, what is ahead): their days, and the period that starts each."""

    starts_on: Ints
    ends_on: Ints
    firsts: Ints
    period_count: int

    def sum(self, cells: Floats) -> Floats:
        """Cents by month from cents by period, along the last axis."""
        return np.add.reduceat(cells[..., : self.period_count], self.firsts, axis=-1)

    def spread(self, weekly: Floats, horizon: Horizon) -> Floats:
        """Whole cents by month from cents by week, each week spread over its days; only months that the weeks reach."""
        is_covered = horizon.week < len(weekly)
        shares = (horizon.ends - horizon.starts + 1) / WEEK * is_covered
        cells = weekly[np.minimum(horizon.week, len(weekly) - 1)] * shares
        reached = int(np.count_nonzero(self.starts_on <= horizon.ends[is_covered][-1]))
        return np.diff(np.rint(np.cumsum(self.sum(cells))), prepend=0.0)[:reached]


def _cut_months(horizon: Horizon) -> Months:
    period_count = int(np.searchsorted(horizon.ends, last_month_end(horizon.day), side="right"))
    ends = horizon.ends[:period_count]
    _, firsts = np.unique(ends.astype("datetime64[D]").astype("datetime64[M]"), return_index=True)
    lasts = np.append(firsts[1:], period_count) - 1
    return Months(horizon.starts[firsts], ends[lasts], firsts, period_count)


def _sum_open(forecast: Forecast, cents: Floats) -> Floats:
    """What clients have open (clients x layers x 1), in whole cents."""
    flows, shape = forecast.flows, forecast.client_cash.shape[:2]
    return np.rint(tally(flows.client_id * len(LAYERS) + flows.layer, cents, *shape))[..., None]


def _rest_later(cells: Floats, opened: Floats) -> Floats:
    """Months, and what they leave of an open amount."""
    return np.concatenate([cells, opened - cells.sum(axis=-1, keepdims=True)], axis=-1)


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
