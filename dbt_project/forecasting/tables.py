"""Forecasts as tables: one row per perimeter, layer and period; amounts in whole cents, null where nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasting.arrays import Bools, Floats, Ints
from forecasting.flows import WEEK, WEEKS
from forecasting.forecast import BASELINES, Earlier, Forecast
from forecasting.portfolio import FIRST_WEEKS, PARTS, PERIODS

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, NDArray[Any]]

HORIZONS = (*(str(week + 1) for week in range(WEEKS)), f"1-{FIRST_WEEKS}")
"""The names of the periods that have a range."""

EVERYONE = "all"
CELL_COLUMNS = (
    "origin_on",
    "layer",
    "horizon_label",
    "period_from_on",
    "period_to_on",
    "expected_ttc_cents",
    "expected_vat_cents",
    "p10_ttc_cents",
    "p50_ttc_cents",
    "p90_ttc_cents",
)
LIVE_COLUMNS = ("perimeter_kind", "perimeter_label", *CELL_COLUMNS, "flow_count", "top_flows")
SNAPSHOT_COLUMNS = (
    "client_type",
    *CELL_COLUMNS,
    "simulated_p10_ttc_cents",
    "simulated_p50_ttc_cents",
    "simulated_p90_ttc_cents",
    *(f"{name}_ttc_cents" for name in BASELINES),
    "latest_known_on",
    "is_backfilled",
)


def write_snapshots(forecasts: Sequence[Forecast], client_types: Sequence[str], as_of: int) -> pa.Table:
    """The forecasts of Mondays, to be kept: with the range as simulated, from which later ones learn."""
    parts = [
        {
            **list_cells(forecast, [*client_types, EVERYONE]),
            **_ranges("simulated", forecast.simulated, forecast.is_present),
            **{
                f"{name}_ttc_cents": _flatten(cells, forecast.is_present)
                for name, cells in zip(BASELINES, forecast.baselines, strict=True)
            },
            "latest_known_on": np.full(_count(forecast), forecast.latest_known_on),
            "is_backfilled": np.full(_count(forecast), forecast.horizon.day < as_of),
        }
        for forecast in forecasts
    ]
    return to_table(concatenate(parts), SNAPSHOT_COLUMNS)


def read_snapshots(table: pa.Table, client_types: Sequence[str]) -> Earlier:
    """The ranges of snapshots as simulated, NaN where they have none; types that no client has are left out."""
    days, forecast = np.unique(table["origin_on"].cast("int32").to_numpy(), return_inverse=True)
    numbers = [
        _number(table[column].to_pylist(), words)
        for column, words in (
            ("client_type", [*client_types, EVERYONE]),
            ("layer", PARTS),
            ("horizon_label", HORIZONS),
        )
    ]
    chosen = np.all([number >= 0 for number in numbers], axis=0)
    simulated = np.full((len(days), len(client_types) + 1, len(PARTS), PERIODS, 3), np.nan)
    kind, part, period = (number[chosen] for number in numbers)
    for quantile, name in enumerate(("p10", "p50", "p90")):
        cents = table[f"simulated_{name}_ttc_cents"].to_numpy()
        simulated[forecast[chosen], kind, part, period, quantile] = cents[chosen]
    return Earlier(days.astype(np.int64), simulated)


def list_cells(forecast: Forecast, client_types: Sequence[str]) -> Columns:
    """What every table says of each cell that is present."""
    present = forecast.is_present
    kind, part, period = (axis.ravel() for axis in _axes(present))
    first_week = np.append(np.arange(WEEKS), 0)[period]
    last_week = np.append(np.arange(WEEKS), FIRST_WEEKS - 1)[period]
    day = forecast.horizon.day
    return {
        "origin_on": np.full(len(kind), day),
        "client_type": np.array(client_types, dtype=object)[kind],
        "layer": np.array(PARTS, dtype=object)[part],
        "horizon_label": np.array(HORIZONS, dtype=object)[period],
        "period_from_on": day + WEEK * first_week + 1,
        "period_to_on": day + WEEK * (last_week + 1),
        "expected_ttc_cents": _flatten(forecast.expected, present),
        "expected_vat_cents": _flatten(forecast.expected_vat, present),
        **_ranges("", forecast.quantiles, present),
    }


def concatenate(parts: Sequence[Columns]) -> Columns:
    """Columns one after the other; all parts have the same ones."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _ranges(prefix: str, quantiles: Floats, present: Bools) -> Columns:
    name = f"{prefix}_" if prefix else ""
    return {
        f"{name}{label}_ttc_cents": _flatten(np.rint(quantiles[..., number]), present)
        for number, label in enumerate(("p10", "p50", "p90"))
    }


def _axes(present: Bools) -> tuple[Ints, Ints, Ints]:
    kind, part = np.nonzero(present)
    shape = (len(kind), PERIODS)
    period = np.broadcast_to(np.arange(PERIODS), shape)
    return np.broadcast_to(kind[:, None], shape), np.broadcast_to(part[:, None], shape), period


def _flatten(cells: NDArray[Any], present: Bools) -> NDArray[Any]:
    return cells[present].ravel()


def _count(forecast: Forecast) -> int:
    return int(np.count_nonzero(forecast.is_present)) * PERIODS


def _number(values: Sequence[str], words: Sequence[str]) -> Ints:
    numbers = {word: number for number, word in enumerate(words)}
    return np.array([numbers.get(value, -1) for value in values], dtype=np.int64)


def to_table(columns: Columns, names: Sequence[str]) -> pa.Table:
    """Columns by the suffix of their names: days as dates, cents and counts as whole numbers, NaN as null."""
    import pyarrow as pa

    def convert(name: str, values: NDArray[Any]) -> pa.Array:
        if name.endswith("_on"):
            return pa.array(values.astype("datetime64[D]"))
        if name.endswith(("_cents", "_count")):
            known = ~np.isnan(values)
            return pa.array(np.where(known, values, 0).astype(np.int64), mask=~known)
        return pa.array(values, pa.bool_() if name.startswith("is_") else pa.string())

    return pa.table({name: convert(name, columns[name]) for name in names})


def empty_table(names: Sequence[str]) -> pa.Table:
    """A table of those columns without a row."""
    nothing = np.zeros(0)
    kinds = {"_on": np.int64, "_cents": np.float64, "_count": np.float64}
    columns = {
        name: nothing.astype(next((kind for suffix, kind in kinds.items() if name.endswith(suffix)), object))
        for name in names
    }
    return to_table(columns, names)
