"""From the relations of `models/simulation` to arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasting.facts import (
    NEVER,
    NOWHERE,
    Arrivals,
    Calendar,
    Clients,
    Deals,
    Facts,
    Instalments,
    OrderMoves,
    Orders,
    Proposals,
    Rows,
    Settlements,
    Stays,
)
from forecasting.flows import LAYERS
from forecasting.orders import MEASURES

if TYPE_CHECKING:
    import pyarrow as pa

KINDS: Mapping[str, tuple[type[Rows], Sequence[str]]] = {
    "calendar": (Calendar, ["date_on"]),
    "clients": (Clients, ["client_id"]),
    "instalments": (Instalments, ["known_on", "instalment_id"]),
    "settlements": (Settlements, ["known_on", "allocation_id"]),
    "orders": (Orders, ["known_on", "order_id"]),
    "order_moves": (OrderMoves, ["known_on", "order_id", "measure", "effective_on", "promised_on", "delivered_on"]),
    "deals": (Deals, ["known_on", "deal_id"]),
    "stays": (Stays, ["known_on", "deal_id", "move_number"]),
    "proposals": (Proposals, ["known_on", "quote_id"]),
    "arrivals": (Arrivals, ["known_on", "origin_on", "client_type", "layer", "week_number"]),
}
"""The sets of rows of `Facts`: the columns of each, and the order in which its relation must be read."""


def read_facts(tables: Mapping[str, pa.Table]) -> Facts:
    """The facts of Arrow tables by name (see `KINDS`), whose columns bear the names of the fields.

    A key is found by its name: `client_id` is a position in `clients`.
    """
    words = {
        "layer": LAYERS,
        "measure": MEASURES,
        "client_type": list_categories(tables["clients"], "client_type"),
        "sale_type": list_categories(tables["orders"], "sale_type"),
        "stage": list_categories(tables["stays"], "stage"),
        **{f"{name.removesuffix('s')}_id": key for name in KINDS if (key := _key(tables[name], name)) is not None},
    }
    rows: dict[str, Any] = {
        name: kind(**{column.name: _read_column(column.name, tables[name], words) for column in fields(kind)})
        for name, (kind, _) in KINDS.items()
    }
    return Facts(
        client_type_count=len(words["client_type"]),
        sale_type_count=len(words["sale_type"]),
        stage_count=len(words["stage"]),
        **rows,
    )


def list_categories(table: pa.Table, column: str) -> list[str]:
    """The categories of a column in the order of their numbers."""
    import pyarrow.compute as pc

    return sorted(pc.unique(table[column]).to_pylist())


def _key(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    key = f"{name.removesuffix('s')}_id"
    return table[key] if key in table.column_names else None


def _read_column(name: str, table: pa.Table, words: Mapping[str, Any]) -> NDArray[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if name == "row":
        return np.arange(len(table))
    column = table[name]
    if name.endswith("_on"):
        return _to_numpy(pc.fill_null(column.cast(pa.int32()), NEVER)).astype(np.int64)
    if name.endswith(("_cents", "_ratio")):
        return _to_numpy(pc.fill_null(column.cast(pa.float64()), 0.0))
    if name.startswith("is_"):
        return _to_numpy(column).astype(np.bool_)
    if name.endswith("_number"):
        return _to_numpy(column).astype(np.int64)
    known = words[name]
    values = known.combine_chunks() if isinstance(known, pa.ChunkedArray) else pa.array(known, pa.string())
    return _to_numpy(pc.fill_null(pc.index_in(column, value_set=values), NOWHERE)).astype(np.int64)


def _to_numpy(column: pa.ChunkedArray) -> NDArray[Any]:
    values: NDArray[Any] = column.combine_chunks().to_numpy(zero_copy_only=False)
    return values
