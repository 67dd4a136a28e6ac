"""What the senders cannot tell again: append-only relations, kept outside of the warehouse, one file per snapshot.

    frozen/<schema>.<table>/<snapshot>.parquet

A model says in its meta that it is append-only, and which column names the snapshot. A snapshot is kept once, when the
audits have passed and before readers see it, and never written again. Before dbt builds, the warehouse is given what it
lost, and loses what was never kept: a snapshot of a run that failed is made anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

META = "append_only"


def find_append_only(manifest_path: Path) -> dict[str, str]:
    """The append-only relations of the dbt project (`schema.table`), each with the column that names its snapshots."""
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    marked = {
        f"{node['schema']}.{node['alias']}": node["config"]["meta"].get(META)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    return {relation: str(mark["snapshot"]) for relation, mark in marked.items() if mark}


def keep(warehouse: Path, folder: Path, relations: Mapping[str, str], config: Mapping[str, str | bool]) -> int:
    """Write the snapshots that the folder does not have yet, each in one rename. Returns how many."""
    import duckdb

    written = 0
    with duckdb.connect(warehouse, read_only=True, config=dict(config)) as connection:
        for relation, column in relations.items():
            place = folder / relation
            place.mkdir(parents=True, exist_ok=True)
            for snapshot in sorted(_stored(connection, relation, column) - _kept(place)):
                _write(connection, relation, column, snapshot, place / f"{snapshot}.parquet")
                written += 1
    return written


def bring_back(
    warehouse: Path, folder: Path, relations: Mapping[str, str], config: Mapping[str, str | bool]
) -> tuple[int, int]:
    """Make the warehouse hold the snapshots that are kept, and no other; those that are both are left as they are.

    Returns how many came back, and how many were dropped. A relation of which nothing was ever kept is not touched.
    """
    import duckdb

    restored, dropped = 0, 0
    places = {relation: folder / relation for relation in relations if (folder / relation).is_dir()}
    if not places:
        return 0, 0
    with duckdb.connect(warehouse, config=dict(config)) as connection:
        for relation, place in places.items():
            stored, kept = _stored(connection, relation, relations[relation]), _kept(place)
            for snapshot in sorted(stored - kept):
                connection.execute(
                    f"delete from {relation} where cast({relations[relation]} as varchar) = '{snapshot}'"
                )
            _load(connection, relation, [place / f"{snapshot}.parquet" for snapshot in sorted(kept - stored)])
            restored += len(kept - stored)
            dropped += len(stored - kept)
    return restored, dropped


def _load(connection: DuckDBPyConnection, relation: str, files: list[Path]) -> None:
    if not files:
        return
    connection.execute(f"create schema if not exists {relation.split('.')[0]}")
    verb = f"insert into {relation} by name" if _exists(connection, relation) else f"create table {relation} as"
    names = [str(path) for path in files]
    connection.execute(f"{verb} from read_parquet($files, union_by_name = true)", {"files": names})


def _exists(connection: DuckDBPyConnection, relation: str) -> bool:
    query = "select 1 from duckdb_tables() where schema_name || '.' || table_name = $1"
    return connection.execute(query, [relation]).fetchone() is not None


def _stored(connection: DuckDBPyConnection, relation: str, column: str) -> set[str]:
    if not _exists(connection, relation):
        return set()
    rows = connection.execute(f"select distinct cast({column} as varchar) from {relation}").fetchall()
    return {str(snapshot) for (snapshot,) in rows}


def _kept(place: Path) -> set[str]:
    return {path.stem for path in place.glob("*.parquet")}


def _write(connection: DuckDBPyConnection, relation: str, column: str, snapshot: str, target: Path) -> None:
    draft = target.with_suffix(".draft")
    rows = f"from {relation} where cast({column} as varchar) = '{snapshot}' order by all"
    connection.execute(f"copy ({rows}) to '{draft}' (format parquet, compression zstd)")
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(target)
