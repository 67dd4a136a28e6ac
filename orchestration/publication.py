"""Write, audit, publish: readers only ever see one complete, audited version of the marts.

    published/pilotage.duckdb      -> current/pilotage.duckdb       published/parquet -> current/parquet
    published/tableau-de-bord.html -> current/tableau-de-bord.html
    published/current              -> versions/<publication_id>     the only link that moves, in one rename

A version is written in a hidden draft folder, read back, forced to disk and renamed; then `current` moves. Whenever the
process is killed, the file, the Parquet folder and the page belong to the same version, the old one or the new one. A
draft left behind is removed by the next run.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.resources import PipelineError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "marts"
STORAGE_VERSION = "v1.2.0"
"""Oldest storage that keeps comments: what the drivers of BI tools read today."""

LIST_RELATIONS = """
    select table_name, sql, comment from duckdb_tables() where database_name = 'warehouse' and schema_name = $1
    union all
    select view_name, null, comment from duckdb_views() where database_name = 'warehouse' and schema_name = $1
    order by 1
"""
KEPT_VERSIONS = 5
FILE_NAME = "pilotage.duckdb"
PAGE_NAME = "tableau-de-bord.html"
INPUTS_NAME = "inputs.sha256"
READ_ONLY_MODE = 0o444

META_TABLE = "meta_publication"
META_COLUMNS = {
    "publication_id": ("varchar", "Publication that the whole file belongs to: time of publication, in UTC, and run."),
    "as_of_on": ("date", "Day on which the reports stand."),
    "known_on": ("date", "Last day whose entries count: what was entered later is left out."),
    "published_at": ("timestamptz", "When the publication was made."),
    "table_name": ("varchar", "Table of the marts."),
    "row_count": ("bigint", "Number of its rows."),
    "verdict": ("varchar", "passed, or passed_with_warnings. What fails a blocking check is never published."),
    "warning_count": ("integer", "Number of warnings that the checks of the run gave."),
}
META_COMMENT = "One row per published table: which publication this file is, and what it was judged to be worth."


class PublicationError(PipelineError):
    """A publication could not be made or found; the previous one is untouched."""


@dataclass(frozen=True)
class Publication:
    """One version of what readers see."""

    publication_id: str
    as_of_on: date
    known_on: date
    published_at: datetime
    warning_count: int = 0
    inputs: str = ""
    row_counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """`passed`, or `passed_with_warnings`."""
        return "passed_with_warnings" if self.warning_count else "passed"


def name_publication(published_at: datetime, run_id: str) -> str:
    """The identifier of a publication, which sorts by time: `20260930T040000Z-1a2b3c4d`.

    >>> from datetime import UTC
    >>> name_publication(datetime(2026, 9, 30, 4, 0, tzinfo=UTC), "1a2b3c4d-0000")
    '20260930T040000Z-1a2b3c4d'
    """
    return f"{published_at:%Y%m%dT%H%M%SZ}-{run_id[:8]}"


def publish(
    warehouse: Path,
    published: Path,
    publication: Publication,
    render: Callable[[DuckDBPyConnection], str],
    config: Mapping[str, str | bool] | None = None,
) -> Publication:
    """Copy the marts of the warehouse to a new version, verify it and make it the current one.

    `render` makes the page of the version from a connection to its file, read-only. No connection to the warehouse may
    be open in this process. Returns the publication with its row counts.
    Raises PublicationError, with the previous publication untouched, when there is nothing to publish or when what was
    written does not read back equal.
    """
    tidy(published)
    versions = published / "versions"
    draft = versions / f".{publication.publication_id}"
    (draft / "parquet").mkdir(parents=True)
    row_counts = _write(warehouse, draft, publication, dict(config or {}))
    _verify(draft, row_counts)
    _write_page(draft, render)
    (draft / INPUTS_NAME).write_text(publication.inputs, encoding="utf-8")
    _force_to_disk(draft)
    draft.rename(versions / publication.publication_id)
    _sync(versions)
    switch(published, publication.publication_id)
    _prune(published)
    return replace(publication, row_counts=row_counts)


def switch(published: Path, publication_id: str) -> None:
    """Make a version the current one, in one rename."""
    for name in (FILE_NAME, "parquet", PAGE_NAME):
        _point(published / name, Path("current") / name)
    _point(published / "current", Path("versions") / publication_id)
    _sync(published)


def revert(published: Path, publication_id: str | None = None) -> str:
    """Go back to the version before the current one, or to a named one. Returns its identifier.

    Raises PublicationError when there is no such version; nothing has changed then.
    """
    versions = list_versions(published)
    current = find_current(published)
    if publication_id is None:
        earlier = [version for version in versions if current is not None and version < current]
        if not earlier:
            raise PublicationError(f"{published} holds no version before {current or 'the first publication'}.")
        publication_id = earlier[-1]
    elif publication_id not in versions:
        raise PublicationError(
            f"{published} holds no version {publication_id}. It holds: {', '.join(versions) or 'none'}."
        )
    switch(published, publication_id)
    return publication_id


def list_versions(published: Path) -> list[str]:
    """The complete versions that are kept, oldest first."""
    versions = published / "versions"
    if not versions.is_dir():
        return []
    return sorted(path.name for path in versions.iterdir() if path.is_dir() and not path.name.startswith("."))


def find_current(published: Path) -> str | None:
    """The version that readers see, or None before the first publication."""
    link = published / "current"
    return link.readlink().name if link.is_symlink() and link.exists() else None


def read_inputs(published: Path) -> str | None:
    """The digest of what the current version was made of, as given to `publish`; None before the first publication."""
    note = published / "current" / INPUTS_NAME
    return note.read_text(encoding="utf-8") if note.exists() else None


def tidy(published: Path) -> None:
    """Remove what a killed run left behind, and point `current` at the newest version if it points at nothing."""
    versions = published / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for draft in versions.glob(".*"):
        shutil.rmtree(draft)
    for draft in published.glob(".*.draft"):
        draft.unlink()
    kept = list_versions(published)
    if kept:
        switch(published, find_current(published) or kept[-1])


def remember(warehouse: Path, publication: Publication, config: Mapping[str, str | bool] | None = None) -> None:
    """Append the row counts to `meta.publication_history`, which the checks of the next run compare with."""
    import duckdb

    rows = [
        (publication.published_at, publication.as_of_on, f"{SCHEMA}.{table}", count)
        for table, count in publication.row_counts.items()
    ]
    with duckdb.connect(warehouse, config=dict(config or {})) as connection:
        connection.execute("create schema if not exists meta")
        connection.execute(
            "create table if not exists meta.publication_history"
            " (published_at timestamptz, as_of_on date, relation varchar, row_count bigint)"
        )
        connection.executemany("insert into meta.publication_history values (?, ?, ?, ?)", rows)


def _write(warehouse: Path, draft: Path, publication: Publication, config: dict[str, Any]) -> dict[str, int]:
    """Write the file and the Parquet folder of a version; return the rows that the warehouse has, by table."""
    import duckdb

    with duckdb.connect(config=config) as connection:
        connection.execute(f"attach {_quote(warehouse)} as warehouse (read_only)")
        tables = connection.execute(LIST_RELATIONS, [SCHEMA]).fetchall()
        if not tables:
            raise PublicationError(f"{warehouse} holds no relation in the schema {SCHEMA}: build the marts first.")
        connection.execute(f"attach {_quote(draft / FILE_NAME)} as publication (storage_version '{STORAGE_VERSION}')")
        connection.execute(f"create schema publication.{SCHEMA}")
        row_counts = {name: _copy_table(connection, name, ddl, comment) for name, ddl, comment in tables}
        _copy_column_comments(connection)
        _describe_publication(connection, publication, row_counts)
        for name in [*row_counts, META_TABLE]:
            target = _quote(draft / "parquet" / f"{name}.parquet")
            connection.execute(f'copy publication.{SCHEMA}."{name}" to {target} (format parquet, compression zstd)')
        connection.execute("detach publication")
    return row_counts


def _copy_table(connection: DuckDBPyConnection, name: str, ddl: str | None, comment: str | None) -> int:
    """Copy one relation with its constraints; a view becomes a table."""
    origin = f'warehouse.{SCHEMA}."{name}"'
    target = f'publication.{SCHEMA}."{name}"'
    if ddl is None:
        connection.execute(f"create table {target} as from {origin}")
    else:
        connection.execute("use publication")
        connection.execute(ddl)
        connection.execute("use memory")
        connection.execute(f"insert into {target} from {origin}")
    if comment:
        connection.execute(f"comment on table {target} is {_quote(comment)}")
    return int(connection.execute(f"select count(*) from {origin}").fetchall()[0][0])


def _copy_column_comments(connection: DuckDBPyConnection) -> None:
    comments = connection.execute(
        "select table_name, column_name, comment from duckdb_columns()"
        " where database_name = 'warehouse' and schema_name = $1 and comment is not null",
        [SCHEMA],
    ).fetchall()
    for table, column, comment in comments:
        connection.execute(
            f'comment on column publication.{SCHEMA}."{table}"."{column}" is {_quote(comment)}',
        )


def _describe_publication(
    connection: DuckDBPyConnection, publication: Publication, row_counts: Mapping[str, int]
) -> None:
    table = f"publication.{SCHEMA}.{META_TABLE}"
    columns = ", ".join(f"{name} {kind} not null" for name, (kind, _) in META_COLUMNS.items())
    connection.execute(f"create table {table} ({columns})")
    connection.execute(f"comment on table {table} is {_quote(META_COMMENT)}")
    for name, (_, meaning) in META_COLUMNS.items():
        connection.execute(f"comment on column {table}.{name} is {_quote(meaning)}")
    connection.executemany(
        f"insert into {table} values ({', '.join('?' * len(META_COLUMNS))})",
        [
            (
                publication.publication_id,
                publication.as_of_on,
                publication.known_on,
                publication.published_at,
                name,
                count,
                publication.verdict,
                publication.warning_count,
            )
            for name, count in row_counts.items()
        ],
    )


def _verify(draft: Path, row_counts: Mapping[str, int]) -> None:
    """Read the draft back as a reader would."""
    import duckdb

    with duckdb.connect(draft / FILE_NAME, read_only=True) as connection:
        for name, expected in row_counts.items():
            parquet = _quote(draft / "parquet" / f"{name}.parquet")
            for origin in (f'{SCHEMA}."{name}"', f"read_parquet({parquet})"):
                found = connection.execute(f"select count(*) from {origin}").fetchall()[0][0]
                if found != expected:
                    raise PublicationError(
                        f"{SCHEMA}.{name}: {expected} rows in the warehouse, {found} in {origin}. "
                        "The draft is thrown away and the previous publication stays."
                    )


def _write_page(draft: Path, render: Callable[[DuckDBPyConnection], str]) -> None:
    """Write the page of the draft from its file, as a reader of it: both say the same."""
    import duckdb

    with duckdb.connect(draft / FILE_NAME, read_only=True) as connection:
        (draft / PAGE_NAME).write_text(render(connection), encoding="utf-8")


def _prune(published: Path) -> None:
    current = find_current(published)
    for version in list_versions(published)[:-KEPT_VERSIONS]:
        if version != current:
            shutil.rmtree(published / "versions" / version)


def _point(link: Path, target: Path) -> None:
    """Make a link point at a target, whatever stood there, in one rename."""
    if link.is_symlink() and link.readlink() == target:
        return
    draft = link.with_name(f".{link.name}.draft")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)


def _force_to_disk(folder: Path) -> None:
    """Write a version through to the disk, read-only: nobody shall change what was audited."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(READ_ONLY_MODE)
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quote(value: Path | str) -> str:
    """A SQL text literal."""
    return "'" + re.sub("'", "''", str(value)) + "'"
