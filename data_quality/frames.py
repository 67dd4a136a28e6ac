"""The bounded, projected read of the warehouse: the only place that opens DuckDB, and the one to change for another
engine.

All the measures of a suite are computed in one scan of its relation, reading only the columns that they name; what
comes back is one row. The frame that Great Expectations judges therefore has one column per check, and as many rows as
the longest list of distinct values: its size follows the number of checks, never the number of rows.

Inside the SQL of a check:

* `this` is the relation;
* `history` is what is known of its former row counts, `history(seen_at, row_count)`: of former loads
  for a raw relation (`<schema>._loads`), of former publications at this as-of date or an earlier one for a mart
  (`meta.publication_history`). It is empty where nothing is known, as on a first run;
* `$as_of` is the as-of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data_quality.vocabulary import Check, CrashedCheck, Suite

Measure = float | list[str] | None
"""A number (float64: exact for counts, and for cents far beyond a PME's turnover), distinct values, or nothing to
judge.
"""

EXAMPLES_AT_MOST = 10

NO_HISTORY = "select null::timestamptz as seen_at, null::bigint as row_count where false"
LOAD_HISTORY = "select loaded_at as seen_at, rows_loaded as row_count from {schema}._loads where entity = '{table}'"

PUBLICATION_HISTORY = (
    "select published_at as seen_at, row_count from meta.publication_history "
    "where relation = '{relation}' and as_of_on <= $as_of"
)


@contextmanager
def open_warehouse(path: Path | str, memory_limit: str = "1GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection, closed on leaving. Dates of instants are those of Paris.

    Raises CrashedCheck when the file cannot be opened: absent, or held by a process that writes.
    """
    try:
        connection = duckdb.connect(
            str(path), read_only=True, config={"memory_limit": memory_limit, "autoinstall_known_extensions": "false"}
        )
    except duckdb.Error as error:
        raise CrashedCheck(f"{path}: the warehouse cannot be read, so nothing can be checked. {error}") from error
    try:
        connection.execute("set timezone = 'Europe/Paris'")
        yield connection
    finally:
        connection.close()


def read_measures(connection: duckdb.DuckDBPyConnection, suite: Suite, as_of: date) -> dict[str, Measure]:
    """Every measure of a suite, in one scan. Raises CrashedCheck when the relation or one of its columns is absent."""
    projection = ",\n".join(f'{check.measure} as "{check.name}"' for check in suite.checks)
    row = _run(connection, suite, as_of, f"select {projection} from this").fetchone()
    if row is None:
        raise CrashedCheck(f"{suite.relation}: an aggregate gave no row")
    return {check.name: _to_measure(suite, check, value) for check, value in zip(suite.checks, row, strict=True)}


def read_offenders(
    connection: duckdb.DuckDBPyConnection, suite: Suite, check: Check, as_of: date
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows deny a claim, and the first of them: where they are, and the values that the check read."""
    columns = "".join(f", {column}" for column in check.columns)
    query = f"from this where {check.offenders}"
    counted = _run(connection, suite, as_of, f"select count(*) {query}").fetchone()
    cursor = _run(
        connection,
        suite,
        as_of,
        f'select {suite.locator} as "row"{columns} {query} order by 1 limit {EXAMPLES_AT_MOST}',
    )
    names = [column[0] for column in cursor.description]
    return (counted[0] if counted else 0), [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _to_measure(suite: Suite, check: Check, value: Any) -> Measure:
    if value is None or isinstance(value, list):
        return value
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise CrashedCheck(f"{suite.relation}.{check.name} measures {value!r}, which is no number") from error


def _run(connection: duckdb.DuckDBPyConnection, suite: Suite, as_of: date, query: str) -> duckdb.DuckDBPyConnection:
    sql = (
        f"with this as not materialized (select * from {suite.relation}),\n"
        f"history as not materialized ({_history(connection, suite)})\n{query}"
    )
    try:
        return connection.execute(sql, {"as_of": as_of} if "$as_of" in sql else None)
    except duckdb.Error as error:
        raise CrashedCheck(f"{suite.relation}: a check could not be measured. {error}") from error


def _history(connection: duckdb.DuckDBPyConnection, suite: Suite) -> str:
    for schema, table, query in (
        (suite.schema, "_loads", LOAD_HISTORY),
        ("meta", "publication_history", PUBLICATION_HISTORY),
    ):
        found = connection.execute(
            "select 1 from duckdb_tables() where schema_name = $schema and table_name = $table",
            {"schema": schema, "table": table},
        ).fetchone()
        if found:
            return query.format(schema=suite.schema, table=suite.table, relation=suite.relation)
    return NO_HISTORY
