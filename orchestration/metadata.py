"""What Dagster shows of a relation: its rows, its euros, its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREVIEW_ROWS = 30
OWNER = "team:data"
"""Who looks after an asset that names nobody."""


@dataclass(frozen=True)
class Measures:
    """Rows of a relation, and the total of each of its columns in euro."""

    row_count: int
    euro_totals: Mapping[str, Decimal] = field(default_factory=dict)
    preview: str = ""

    def to_metadata(self) -> dict[str, int | float | dg.MarkdownMetadataValue]:
        """The form that Dagster plots over time, and the rows that it shows."""
        totals = {f"total_{column}": float(total) for column, total in self.euro_totals.items()}
        shown = {"preview": dg.MetadataValue.md(self.preview)} if self.preview else {}
        return {"dagster/row_count": self.row_count, **totals, **shown}


LIST_TABLES = """
    select
        schema_name || '.' || table_name,
        coalesce(
            list(column_name order by column_index)
                filter (where column_name like '%\\_eur' escape '\\' and data_type like 'DECIMAL%'),
            []
        )
    from duckdb_columns()
    where (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())
    group by all
"""


@dataclass(frozen=True)
class Preview:
    """The rows of a relation that are worth a look, as its model's meta says (`preview`)."""

    columns: Sequence[str]
    where: str
    order_by: str


def measure_relations(
    warehouse: Path,
    relations: Iterable[str],
    config: Mapping[str, str | bool],
    previews: Mapping[str, Preview] | None = None,
) -> dict[str, Measures]:
    """The measures of those relations, named `schema.table`, that are tables: to measure a view would be to run it.

    One query per table: a single union of them all never ends in DuckDB 1.5.6 on millions of rows.
    """
    import duckdb

    wanted = set(relations)
    measures = {}
    with duckdb.connect(warehouse, read_only=True, config=dict(config)) as connection:
        for relation, euros in connection.execute(LIST_TABLES).fetchall():
            if relation in wanted:
                [(row_count, *totals)] = connection.execute(_write_query(relation, euros)).fetchall()
                known = {name: total for name, total in zip(euros, totals, strict=True) if total is not None}
                preview = (previews or {}).get(relation)
                measures[relation] = Measures(row_count, known, _show(connection, relation, preview) if preview else "")
    return measures


def _write_query(relation: str, euros: Iterable[str]) -> str:
    schema, table = relation.split(".")
    measures = ["count(*)", *(f'sum("{column}")::decimal(38, 2)' for column in euros)]
    return f'select {", ".join(measures)} from "{schema}"."{table}"'


def _show(connection: DuckDBPyConnection, relation: str, preview: Preview) -> str:
    """The rows of a preview as a table of Markdown."""
    query = f"select {', '.join(preview.columns)} from {relation} where {preview.where} order by {preview.order_by}"
    rows = connection.execute(f"{query} limit {PREVIEW_ROWS}").fetchall()
    lines = [preview.columns, ["---"] * len(preview.columns), *rows]
    return "\n".join(f"| {' | '.join('' if cell is None else str(cell) for cell in line)} |" for line in lines)


def describe_columns(columns: Iterable[tuple[str, str, str]]) -> dg.TableSchema:
    """The column schema of a table, from names, types and meanings."""
    return dg.TableSchema(
        columns=[dg.TableColumn(name=name, type=kind, description=meaning) for name, kind, meaning in columns]
    )
