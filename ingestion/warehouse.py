"""Load a sender into the warehouse: the only code that knows destination, dataset name and write disposition.

Every entity is replaced as a whole, through Parquet, and where there are old rows through dlt's staging dataset: a
table shows its old rows or its new ones, never half of them. What was loaded is written to `<dataset>._loads` last;
whatever dies before that is done again by the next run, from the exports. An entity whose fingerprint is in `_loads`
is not loaded again.
"""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingestion import guards
from ingestion.contract import REJECTS, Column, IngestionError, load_contract
from ingestion.guards import thousands
from ingestion.report import EntityReport, LoadReport, report_of
from ingestion.source import Delivery, Extracted, Progress, Source, Stamp

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "DEFAULT_MEMORY_LIMIT",
    "EntityReport",
    "LoadReport",
    "WarehouseError",
    "literal",
    "load",
    "loaded_fingerprints",
]

log = logging.getLogger(__name__)

DEFAULT_MEMORY_LIMIT = "256MB"
"""What DuckDB may use for its work; the process needs about 200 MB more."""
REJECTS_TABLE = "rejects"

_CREATE_LOADS = """
    create table if not exists {dataset}._loads (
        load_id varchar, entity varchar, fingerprint varchar, loaded_at timestamptz,
        rows_read bigint, rows_loaded bigint, rows_rejected bigint, rows_duplicate bigint, rows_filtered bigint,
        totals varchar, files varchar, notes varchar
    )"""
_LATEST_LOADS = """
    select * from {dataset}._loads qualify row_number() over (partition by entity order by loaded_at desc) = 1"""


class WarehouseError(IngestionError):
    """The warehouse file cannot be opened or written."""


def load(
    source: Source,
    *,
    warehouse: Path,
    pipelines_dir: Path,
    options: Mapping[str, Any],
    accept_shrink: Collection[str] = (),
    memory_limit: str = DEFAULT_MEMORY_LIMIT,
    progress: Progress = log.info,
) -> LoadReport:
    """Bring `raw_<source>` up to date with what the sender has to deliver.

    `options` are the sender's own (`files`: `exports`, the folder). `accept_shrink` names relations that may lose
    rows this time. `progress` receives lines for a person to read; they never hold a value of a row.

    Raises IngestionError (ProfileError, FileError, GuardError, WarehouseError); the warehouse then keeps its rows.
    """
    guards.check_places(warehouse, pipelines_dir)
    delivery = source.build(options)
    known = _known_loads(warehouse, source.dataset)
    fingerprints = delivery.fingerprints
    changed = frozenset(e for e in source.entities if known.get(e, {}).get("fingerprint") != fingerprints[e])
    if not changed:
        progress(f"{source.dataset}: nothing has changed at the sender, nothing to load")
        return report_of(source, None, known, {})
    workspace = pipelines_dir / f"{source.dataset}_work"
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir(parents=True)
    now = datetime.now(UTC)
    stamp = Stamp(f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", now, workspace, memory_limit)
    try:
        extracted = {item.entity: item for item in delivery.extract(changed, stamp, progress)}
        before = {entity: int(row["rows_loaded"]) for entity, row in known.items()}
        rows = {entity: item.rows_loaded for entity, item in extracted.items()}
        guards.check_shrink(source.dataset, before, rows, source.may_shrink, accept_shrink)
        with _connect(warehouse, memory_limit, workspace) as connection:
            _replace(connection, source, extracted, stamp, pipelines_dir)
            _remember(connection, source.dataset, delivery, extracted, stamp)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    report = report_of(source, stamp, known, extracted)
    progress(
        f"{source.dataset}: {len(extracted)} relations replaced, {thousands(report.rows_loaded)} rows,"
        f" {thousands(sum(item.rows_rejected for item in extracted.values()))} rejected"
    )
    return report


def loaded_fingerprints(source: Source, warehouse: Path) -> dict[str, str]:
    """What the warehouse holds of a sender: one fingerprint per entity, the same as long as the rows are the same."""
    return {entity: str(row["fingerprint"]) for entity, row in _known_loads(warehouse, source.dataset).items()}


def _known_loads(warehouse: Path, dataset: str) -> dict[str, dict[str, Any]]:
    """The last load of each entity whose relation is still there; nothing where there is no warehouse yet."""
    if not warehouse.exists():
        return {}
    with _connect(warehouse) as connection:
        tables = _stored_types(connection, dataset)
        if not {"_loads", REJECTS_TABLE} <= set(tables):
            return {}
        cursor = connection.execute(_LATEST_LOADS.format(dataset=dataset))
        names = [item[0] for item in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["entity"]: row for row in rows if row["entity"] in tables}


def _replace(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    extracted: Mapping[str, Extracted],
    stamp: Stamp,
    pipelines_dir: Path,
) -> None:
    """Replace the relations of the extracted entities, and in `rejects` the lines of these entities."""
    contract = load_contract()
    stored = _stored_types(connection, source.dataset)
    files = {entity: (item.parquet, contract.raw_columns(entity)) for entity, item in extracted.items()}
    rejects = _all_rejects(connection, source.dataset, extracted, stamp, REJECTS_TABLE in stored)
    files[REJECTS_TABLE] = (rejects, REJECTS)
    for table, (_, columns) in files.items():
        guards.check_types(f"{source.dataset}.{table}", stored.get(table, {}), columns)
    if "_dlt_version" in stored:
        # dlt would trust this note over the tables themselves, also after somebody dropped one.
        connection.execute(f"delete from {source.dataset}._dlt_version")
    has_rows = any(_has_rows(connection, f"{source.dataset}.{table}") for table in files if table in stored)
    _run_dlt(connection, source, files, pipelines_dir, "insert-from-staging" if has_rows else "truncate-and-insert")
    connection.execute(f"drop schema if exists {source.dataset}_staging cascade")


def _run_dlt(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    files: Mapping[str, tuple[Path, tuple[Column, ...]]],
    pipelines_dir: Path,
    strategy: Literal["insert-from-staging", "truncate-and-insert"],
) -> None:
    """One run of one pipeline: each Parquet file becomes the whole content of its table.

    Staging protects the old rows; where there are none, it would only cost a second copy.
    """
    import dlt
    from dlt.common.runtime.telemetry import stop_telemetry
    from dlt.pipeline.exceptions import PipelineStepFailed

    # What an interrupted run left behind is worth nothing: the exports are read again.
    shutil.rmtree(pipelines_dir / source.dataset, ignore_errors=True)
    settings = {
        "runtime.dlthub_telemetry": False,
        "runtime.intercept_signals": False,
        "runtime.log_level": "CRITICAL",
        "extract.workers": 1,
        "normalize.workers": 1,
        "load.workers": 1,
        "restore_from_destination": False,
        "enable_runtime_trace": False,
    }
    for key, value in settings.items():
        dlt.config[key] = value
    # The first use of `dlt.config` has started telemetry and logging with the defaults; start them again with ours.
    stop_telemetry()
    dlt.current.run_context().initialize_runtime()
    pipeline = dlt.pipeline(
        source.dataset,
        pipelines_dir=str(pipelines_dir),
        destination=dlt.destinations.duckdb(connection, replace_strategy=strategy),
        dataset_name=source.dataset,
    )
    resources = [_resource(table, path, columns) for table, (path, columns) in files.items()]
    delivery = dlt.source(lambda: resources, name=source.name, max_table_nesting=0)()
    try:
        info = pipeline.run(delivery, loader_file_format="parquet")
    except PipelineStepFailed as error:
        cause = str(error.exception).partition("\n")[0]
        raise WarehouseError(
            f"{source.dataset}: dlt failed to {error.step} ({type(error.exception).__name__}: {cause})."
            " Correct the cause and run again: the exports are read again"
        ) from error
    jobs = [job.job_file_info for package in info.load_packages for jobs in package.jobs.values() for job in jobs]
    guards.check_formats((job.table_name, job.file_format) for job in jobs)


def _resource(table: str, path: Path, columns: tuple[Column, ...]) -> Any:
    import dlt
    import pyarrow.parquet as pq

    from ingestion.contract import arrow_schema

    rows, shape = pq.read_metadata(path).num_rows, arrow_schema(columns).empty_table()

    def ready_file() -> Iterator[Any]:
        yield dlt.mark.with_file_import(str(path), "parquet", rows, hints=shape)

    return dlt.resource(ready_file, name=table, write_disposition="replace", file_format="parquet")


def _all_rejects(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    extracted: Mapping[str, Extracted],
    stamp: Stamp,
    has_table: bool,
) -> Path:
    """The whole `rejects` relation after this load: the new ones, and those of the entities left alone."""
    path = stamp.workspace / "all_rejects.parquet"
    names = ", ".join(column.name for column in REJECTS)
    typed = ", ".join(f"null::{column.duckdb_type} as {column.name}" for column in REJECTS)
    parts = [f"select {typed} where false"]
    new = [item.rejects for item in extracted.values() if item.rejects]
    parts += [f"select {names} from read_parquet({literal(rejects)})" for rejects in new]
    if has_table:
        kept = ", ".join(literal(entity) for entity in extracted)
        parts.append(f"select {names} from {dataset}.{REJECTS_TABLE} where entity not in ({kept})")
    connection.execute(f"copy ({' union all '.join(parts)}) to {literal(path)} (format parquet)")
    return path


def _remember(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    delivery: Delivery,
    extracted: Mapping[str, Extracted],
    stamp: Stamp,
) -> None:
    """Write down what was loaded: until this is committed, the load has not happened."""
    values = []
    for entity, item in extracted.items():
        figures = (item.rows_read, item.rows_loaded, item.rows_rejected, item.rows_duplicate, item.rows_filtered)
        totals = {name: str(total) for name, total in item.totals.items()}
        texts = (json.dumps(totals), json.dumps(item.files), json.dumps(item.notes))
        head = (stamp.load_id, entity, delivery.fingerprints[entity], stamp.loaded_at.isoformat())
        cells = [*map(literal, head), *map(str, figures), *map(literal, texts)]
        values.append(f"({', '.join(cells)})")
    connection.begin()
    connection.execute(_CREATE_LOADS.format(dataset=dataset))
    connection.execute(f"insert into {dataset}._loads values {', '.join(values)}")
    connection.commit()


def _has_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return connection.execute(f"select 1 from {relation} limit 1").fetchone() is not None


def _stored_types(connection: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, dict[str, str]]:
    """DuckDB type per column per table of the dataset."""
    tables: dict[str, dict[str, str]] = {}
    # A literal, because the first bound parameter of a process makes DuckDB import pandas.
    rows = connection.execute(
        f"select table_name, column_name, data_type from duckdb_columns() where schema_name = {literal(dataset)}"
    ).fetchall()
    for table, column, type_ in rows:
        tables.setdefault(table, {})[column] = type_
    return tables


@contextmanager
def _connect(
    warehouse: Path, memory_limit: str = DEFAULT_MEMORY_LIMIT, workspace: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for this block only. Raises WarehouseError where it is in use or cannot be read."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        # More threads write more and smaller blocks, and pay for it at the checkpoint.
        "threads": 1,
        "autoinstall_known_extensions": False,
        "temp_directory": str((workspace or warehouse.parent) / "duckdb_tmp"),
    }
    try:
        connection = duckdb.connect(str(warehouse), config=config)
    except duckdb.Error as error:
        if "lock" in str(error):
            raise WarehouseError(
                f"{warehouse}: another process has it open. Wait for it or close it, then run again ({error})"
            ) from None
        raise WarehouseError(
            f"{warehouse}: DuckDB cannot read this file. Move it away: the next load rebuilds it from the exports"
            f" ({error})"
        ) from None
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


def literal(value: object) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"
