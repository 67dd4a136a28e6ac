"""What Dagster shows of a relation: its rows, its euros, its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import dagster as dg

OWNER = "team:data"
"""Who looks after an asset that names nobody."""


@dataclass(frozen=True)
class Measures:
    """Rows of a relation, and the total of each of its columns in euro."""

    row_count: int
    euro_totals: Mapping[str, Decimal] = field(default_factory=dict)

    def to_metadata(self) -> dict[str, int | float]:
        """The form that Dagster plots over time."""
        totals = {f"total_{column}": float(total) for column, total in self.euro_totals.items()}
        return {"dagster/row_count": self.row_count, **totals}


def measure_relations(
    warehouse: Path, relations: Iterable[str], config: Mapping[str, str | bool]
) -> dict[str, Measures]:
    """The measures of relations named `schema.table`, all in one query. A relation that does not exist is left out."""
    import duckdb

    with duckdb.connect(warehouse, read_only=True, config=dict(config)) as connection:
        columns = connection.execute(
            "select table_schema || '.' || table_name, list(column_name order by ordinal_position)"
            " filter (where column_name like '%\\_eur' escape '\\' and data_type like 'DECIMAL%')"
            " from information_schema.columns group by all"
        ).fetchall()
        wanted = set(relations)
        queries = [_write_query(relation, euros or []) for relation, euros in columns if relation in wanted]
        if not queries:
            return {}
        rows = connection.execute(" union all ".join(queries)).fetchall()
    return {
        relation: Measures(count, {name: total for name, total in totals.items() if total is not None})
        for relation, count, totals in rows
    }


def _write_query(relation: str, euros: list[str]) -> str:
    schema, table = relation.split(".")
    names = ", ".join(f"'{column}'" for column in euros)
    totals = ", ".join(f'sum("{column}")::decimal(38, 2)' for column in euros)
    return (
        f"select '{relation}', count(*), map([{names}]::varchar[], [{totals}]::decimal(38, 2)[])"
        f' from "{schema}"."{table}"'
    )


def describe_columns(columns: Iterable[tuple[str, str, str]]) -> dg.TableSchema:
    """The column schema of a table, from names, types and meanings."""
    return dg.TableSchema(
        columns=[dg.TableColumn(name=name, type=kind, description=meaning) for name, kind, meaning in columns]
    )
