"""What a load did: one report per entity, with the figures that become metadata of its relation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ingestion.contract import load_contract
from ingestion.source import Extracted, Source, Stamp


@dataclass(frozen=True)
class EntityReport:
    """What became of one entity. Rows read = loaded + rejected + duplicate + filtered.

    `totals` are sums of money columns over the rows loaded, in the documents' own currency. Where `unchanged`, the
    figures are those of the load that brought the rows.
    """

    entity: str
    relation: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_duplicate: int
    rows_filtered: int
    unchanged: bool
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    load_id: str = ""
    loaded_at: datetime | None = None


@dataclass(frozen=True)
class LoadReport:
    """What a call of `load` did: one report per entity of the source, in the order of the contract."""

    source: str
    dataset: str
    load_id: str | None
    entities: tuple[EntityReport, ...]

    @property
    def unchanged(self) -> bool:
        """True where nothing had changed at the sender, and nothing was loaded."""
        return self.load_id is None

    @property
    def by_entity(self) -> Mapping[str, EntityReport]:
        """The reports by name of the entity."""
        return {report.entity: report for report in self.entities}

    @property
    def rows_loaded(self) -> int:
        """Rows that this load wrote; those left alone are not counted."""
        return sum(report.rows_loaded for report in self.entities if not report.unchanged)

    @property
    def rows_rejected(self) -> int:
        """Rows that `rejects` holds after this load."""
        return sum(report.rows_rejected for report in self.entities)


def report_of(
    source: Source,
    stamp: Stamp | None,
    known: Mapping[str, Mapping[str, Any]],
    extracted: Mapping[str, Extracted],
) -> LoadReport:
    """The report of a load: fresh figures of what was extracted, those of `known` loads for what had not changed."""
    reports = []
    for entity in load_contract().entities:
        if entity not in source.entities:
            continue
        if stamp and entity in extracted:
            reports.append(_fresh(source.dataset, extracted[entity], stamp))
        else:
            reports.append(_remembered(source.dataset, entity, known[entity]))
    return LoadReport(source.name, source.dataset, stamp.load_id if stamp else None, tuple(reports))


def _fresh(dataset: str, item: Extracted, stamp: Stamp) -> EntityReport:
    return EntityReport(
        entity=item.entity,
        relation=f"{dataset}.{item.entity}",
        rows_read=item.rows_read,
        rows_loaded=item.rows_loaded,
        rows_rejected=item.rows_rejected,
        rows_duplicate=item.rows_duplicate,
        rows_filtered=item.rows_filtered,
        unchanged=False,
        totals=item.totals,
        files=item.files,
        notes=item.notes,
        load_id=stamp.load_id,
        loaded_at=stamp.loaded_at,
    )


def _remembered(dataset: str, entity: str, row: Mapping[str, Any]) -> EntityReport:
    return EntityReport(
        entity=entity,
        relation=f"{dataset}.{entity}",
        rows_read=row["rows_read"],
        rows_loaded=row["rows_loaded"],
        rows_rejected=row["rows_rejected"],
        rows_duplicate=row["rows_duplicate"],
        rows_filtered=row["rows_filtered"],
        unchanged=True,
        totals={name: Decimal(total) for name, total in json.loads(row["totals"]).items()},
        files=tuple(json.loads(row["files"])),
        notes=tuple(json.loads(row["notes"])),
        load_id=row["load_id"],
        loaded_at=row["loaded_at"],
    )
