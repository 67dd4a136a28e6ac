"""What refuses a load before it harms: frozen types, a suspicious shrink, a place that cannot be written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from ingestion.contract import Column, IngestionError

SMALLEST_SHARE = 0.7
"""A load with less than this share of the last one's rows is suspicious."""
SMALLEST_LOSS = 20
"""Fewer rows than this may go without a question, unless none is left."""
FREE_SPACE_FACTOR = 3
"""Free disk space needed, in multiples of what is about to be read: scratch files, staging, old and new rows."""


class GuardError(IngestionError):
    """A guard refused the load; the warehouse keeps what it has."""


def check_shrink(
    dataset: str,
    before: Mapping[str, int],
    now: Mapping[str, int],
    may_shrink: Collection[str] = (),
    accepted: Collection[str] = (),
) -> None:
    """Refuse to replace a relation by one that lost a large part of its rows.

    `before` and `now` are rows per entity; `accepted` holds relations (`raw_files.deals`) whose loss is intended.
    Raises GuardError with one line per relation.
    """
    refused = []
    for entity, rows in now.items():
        relation, last = f"{dataset}.{entity}", before.get(entity, 0)
        lost = last - rows
        suspicious = rows < last * SMALLEST_SHARE and (lost >= SMALLEST_LOSS or rows == 0)
        if suspicious and entity not in may_shrink and relation not in accepted:
            refused.append(
                f"{relation}: {thousands(rows)} rows, {rows * 100 // last} % of the last load ({thousands(last)})."
                f" Refusing to replace. If intended: PILOTAGE_ACCEPT_SHRINK={relation}"
            )
    if refused:
        raise GuardError("\n".join(refused))


def check_types(relation: str, stored: Mapping[str, str], columns: Iterable[Column]) -> None:
    """Refuse to load into a relation whose columns are not those of the contract. New columns are welcome.

    `stored` is DuckDB type per column name. Raises GuardError naming each column, its type and the one expected.
    """
    expected = {column.name: column.duckdb_type for column in columns}
    changes = [
        f"{name} is {type_}, the contract says {expected.get(name, 'nothing of it')}"
        for name, type_ in stored.items()
        if expected.get(name) != type_
    ]
    if changes:
        raise GuardError(
            f"{relation}: {'; '.join(changes)}. Refusing to load. If the contract changed on purpose: drop the table"
            f" {relation}, the next load rebuilds it from the exports"
        )


def check_formats(formats: Iterable[tuple[str, str]]) -> None:
    """Assert that no data went through INSERT ... VALUES, which is a hundred times slower.

    `formats` holds (table, file format) of each job of the load packages.
    """
    slow = sorted({table for table, format_ in formats if format_ == "insert_values" and not table.startswith("_dlt")})
    if slow:
        raise AssertionError(f"loaded by insert_values: {', '.join(slow)}")


def check_places(warehouse: Path, pipelines_dir: Path) -> None:
    """Make sure, before any work, that the warehouse and the working directory can be written.

    Raises GuardError naming the path and the user.
    """
    if "'" in str(pipelines_dir):
        raise GuardError(f"{pipelines_dir}: dlt cannot load from a path with an apostrophe. Choose another directory")
    for folder in (warehouse.parent, pipelines_dir):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GuardError(f"{folder}: cannot be created ({error.strerror}). Choose a directory you own") from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise GuardError(f"{folder}: user {_user()} may not write here. Grant the right or choose another place")
    if warehouse.exists() and not os.access(warehouse, os.W_OK):
        raise GuardError(f"{warehouse}: user {_user()} may not write this file. Grant the right or choose another")


def check_free_space(folder: Path, bytes_to_read: int) -> None:
    """Refuse to start what the disk cannot hold. Raises GuardError with both figures in MB."""
    free, needed = shutil.disk_usage(folder).free, bytes_to_read * FREE_SPACE_FACTOR
    if free < needed:
        raise GuardError(f"{folder}: {free >> 20} MB free, {needed >> 20} MB needed to load. Free some space first")


def thousands(number: int) -> str:
    """1331 -> `1 331`."""
    return f"{number:,}".replace(",", " ")


def _user() -> str:
    import getpass

    return getpass.getuser()
