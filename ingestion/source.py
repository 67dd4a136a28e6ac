"""What a sender is to the pipeline: one frozen `Source` per module of `ingestion/sources`, found by looking there."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

from ingestion import sources
from ingestion.contract import load_contract

Cadence = Literal["hourly", "daily", "weekly"]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Stamp:
    """What marks every row of one load, and where the load may write until the warehouse takes over."""

    load_id: str
    loaded_at: datetime
    workspace: Path
    memory_limit: str


@dataclass(frozen=True)
class Extracted:
    """One entity, extracted and typed: a Parquet file in the shape of its raw relation, and the account of its rows.

    `rows_read` = `rows_loaded` + `rows_rejected` + `rows_duplicate` + `rows_filtered`. `totals` are the sums of the
    money columns of the rows loaded, each in the documents' own currency.
    """

    entity: str
    parquet: Path
    rejects: Path | None
    rows_read: int
    rows_loaded: int
    rows_rejected: int = 0
    rows_duplicate: int = 0
    rows_filtered: int = 0
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        accounted = self.rows_loaded + self.rows_rejected + self.rows_duplicate + self.rows_filtered
        if accounted != self.rows_read:
            raise AssertionError(f"{self.entity}: {self.rows_read} rows read, {accounted} accounted for")


class Delivery(Protocol):
    """What a sender has to deliver now. Building it is cheap; `extract` does the work."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """One per entity of the source; the same fingerprint means the same rows."""

    def extract(self, entities: frozenset[str], stamp: Stamp, progress: Progress) -> Iterator[Extracted]:
        """Each of `entities` exactly once, also where it has no row."""


@dataclass(frozen=True)
class Source:
    """One sender. `build` receives the sender's own options; `may_shrink` names entities that may lose rows freely.

    Raises ValueError where the spec is not valid: the name, or an entity that the contract does not know.
    """

    name: str
    build: Callable[[Mapping[str, Any]], Delivery]
    entities: frozenset[str]
    cadence: Cadence = "daily"
    may_shrink: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"source name {self.name!r} must be lower case letters, digits and _")
        if not self.entities:
            raise ValueError(f"source {self.name} serves no entity")
        if unknown := (self.entities | self.may_shrink) - set(load_contract().entities):
            raise ValueError(f"source {self.name} names entities outside the contract: {', '.join(sorted(unknown))}")

    @property
    def dataset(self) -> str:
        """Schema of the warehouse that holds what the sender delivers."""
        return f"raw_{self.name}"


@functools.cache
def discover() -> Mapping[str, Source]:
    """All senders by name: one per module of `ingestion/sources`.

    Raises ValueError for a module without a `SOURCE`, or whose source bears another name than the module.
    """
    found = {}
    for module in pkgutil.iter_modules(sources.__path__):
        source = getattr(importlib.import_module(f"{sources.__name__}.{module.name}"), "SOURCE", None)
        if not isinstance(source, Source) or source.name != module.name:
            raise ValueError(f"ingestion/sources/{module.name} must expose SOURCE = Source(name={module.name!r}, ...)")
        found[source.name] = source
    return found
