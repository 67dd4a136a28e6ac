"""The account of one entity: every row read is loaded, rejected, a duplicate, or filtered out by the profile."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contract import REJECTS, load_contract
from ingestion.guards import GuardError, thousands
from ingestion.source import Extracted, Stamp
from ingestion.sources.files.entity import Translation, instant_literal
from ingestion.warehouse import literal

if TYPE_CHECKING:
    import duckdb


class EntityAccount:
    """Collects the translations of one entity; `close` writes the rows and settles the figures."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stamp: Stamp, entity: str) -> None:
        self._connection = connection
        self._stamp = stamp
        self._entity = load_contract().entities[entity]
        self._ratios: dict[str, float] = {}
        self._parts: list[tuple[str, Translation]] = []
        self._rows = stamp.workspace / f"{entity}.parquet"

    def add(self, translation: Translation, profile: str, max_reject_ratio: float) -> None:
        """Take in one file under one mapping; `profile` is where its `max_reject_ratio` is written."""
        self._ratios[profile] = max_reject_ratio
        self._parts.append((profile, translation))

    def close(self) -> Extracted:
        """Write accepted rows and rejects. Raises GuardError where too many rows of a profile are rejected."""
        accepted = self._write_accepted()
        kept, filtered = dict.fromkeys(self._ratios, 0), 0
        for profile, part in self._parts:
            rows, of_interest = self._count(part)
            kept[profile] += of_interest
            filtered += rows - of_interest
        broken = self._broken()
        lost = sum(kept.values()) - accepted + sum(len(lines) for lines in broken.values())
        rejects = self._write_rejects(broken) if lost else None
        if rejects:
            self._check_ratio(rejects, kept, {profile: len(lines) for profile, lines in broken.items()})
        duplicates, totals = self._settle(accepted)
        return Extracted(
            entity=self._entity.name,
            parquet=self._rows,
            rejects=rejects,
            rows_read=sum(kept.values()) + filtered + sum(len(lines) for lines in broken.values()),
            rows_loaded=accepted - duplicates,
            rows_rejected=self._count_rows(rejects) if rejects else 0,
            rows_duplicate=duplicates,
            rows_filtered=filtered,
            totals=totals,
            files=tuple(dict.fromkeys(part.raw.name for _, part in self._parts)),
            notes=tuple(note for _, part in self._parts for note in part.notes),
        )

    def _write_accepted(self) -> int:
        """All parts in one file, in the order of the files. Returns the number of rows."""
        columns = load_contract().raw_columns(self._entity.name)
        nothing = ", ".join(f'null::{column.duckdb_type} as "{column.name}"' for column in columns)
        queries = [part.accepted(self._stamp) for _, part in self._parts] or [f"select {nothing} where false"]
        return self._copy(" union all ".join(queries), self._rows)

    def _settle(self, accepted: int) -> tuple[int, dict[str, Decimal]]:
        """Drop all but the last row of each key. Returns the number dropped, and the totals of what stays."""
        key = self._entity.key.name
        (distinct,) = self._one(f"select count(distinct {key}) from {_parquet(self._rows)}")
        if distinct < accepted:
            kept = self._rows.with_suffix(".kept")
            self._copy(
                f"select * exclude (file_row_number) from read_parquet({literal(self._rows)}, file_row_number = true)"
                f" qualify row_number() over (partition by {key} order by file_row_number desc) = 1"
                " order by file_row_number",
                kept,
            )
            kept.replace(self._rows)
        money = self._entity.money_columns
        if not money:
            return accepted - distinct, {}
        sums = self._one(f"select {', '.join(f'sum({name})' for name in money)} from {_parquet(self._rows)}")
        totals = {
            name: total.quantize(Decimal("0.01")) for name, total in zip(money, sums, strict=True) if total is not None
        }
        return accepted - distinct, totals

    def _count(self, part: Translation) -> tuple[int, int]:
        """Rows of the file without its footer, and how many of them the row filter keeps."""
        if part.is_whole:
            return part.raw.rows, part.raw.rows
        rows, kept = self._one(part.counts())
        return int(rows), int(kept)

    def _broken(self) -> dict[str, list[tuple[str, int, str, str]]]:
        """Broken lines per profile; a file that is mapped twice breaks once."""
        broken: dict[str, list[tuple[str, int, str, str]]] = {}
        seen = set()
        for profile, part in self._parts:
            for line, reason, text in part.raw.broken:
                if (part.raw.name, line) not in seen and not part.is_footer(line):
                    broken.setdefault(profile, []).append((part.raw.name, line, reason, text))
                    seen.add((part.raw.name, line))
        return broken

    def _write_rejects(self, broken: dict[str, list[tuple[str, int, str, str]]]) -> Path:
        import pyarrow as pa

        path = self._stamp.workspace / f"{self._entity.name}.rejects.parquet"
        lines = [(profile, *line) for profile, several in broken.items() for line in several]
        names = ("profile", "source_file", "line_number", "reason", "line_text")
        columns = [
            pa.array([line[index] for line in lines], pa.string() if index != 2 else pa.int64()) for index in range(5)
        ]
        self._connection.register("broken_lines", pa.table(columns, names=list(names)))
        given = {
            "column_name": "null::varchar",
            "rejected_value": "null::varchar",
            "entity": literal(self._entity.name),
            "loaded_at": instant_literal(self._stamp),
            "load_id": literal(self._stamp.load_id),
        }
        shape = ", ".join(f"{given.get(column.name, column.name)} as {column.name}" for column in REJECTS)
        queries = [f"select {shape}, profile from broken_lines"]
        queries += [
            f"select *, {literal(profile)} as profile from ({part.rejected(self._stamp)})"
            for profile, part in self._parts
        ]
        self._copy(" union all by name ".join(queries), path)
        self._connection.unregister("broken_lines")
        return path

    def _check_ratio(self, rejects: Path, kept: dict[str, int], broken: dict[str, int]) -> None:
        for profile, largest in self._ratios.items():
            where = f"from {_parquet(rejects)} where profile = {literal(profile)}"
            (rejected,) = self._one(f"select count(*) {where}")
            read = kept[profile] + broken.get(profile, 0)
            if rejected <= largest * read:
                continue
            reasons = self._connection.execute(
                f"select coalesce(column_name || ': ', '') || split_part(reason, '; also', 1) as what,"
                " count(*) as rows, arg_min(source_file || ' line ' || line_number, (source_file, line_number))"
                f" {where}"
                " group by what order by rows desc, what limit 3"
            ).fetchall()
            worst = "; ".join(f"{what} ({thousands(rows)} rows, first in {first})" for what, rows, first in reasons)
            raise GuardError(
                f"{self._entity.name}: {thousands(rejected)} of {thousands(read)} rows rejected, more than"
                f" max_reject_ratio {largest:g} of {profile} allows. Nothing was loaded. {worst}"
            )

    def _copy(self, query: str, path: Path) -> int:
        copied = self._connection.execute(f"copy ({query}) to {literal(path)} (format parquet)").fetchone()
        return int(copied[0]) if copied else 0

    def _count_rows(self, path: Path) -> int:
        return int(self._one(f"select count(*) from {_parquet(path)}")[0])

    def _one(self, query: str) -> tuple[Any, ...]:
        row = self._connection.execute(query).fetchone()
        return row or ()


def _parquet(path: Path) -> str:
    return f"read_parquet({literal(path)})"
