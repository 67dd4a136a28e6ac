"""The files that the company's three systems export, in French conventions, with their profiles."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from ingestion.demo.facts import Log
from ingestion.demo.layout import Field, System, Table
from ingestion.demo.layout_books import SYSTEMS
from ingestion.demo.money import ZERO
from ingestion.demo.profiles import write_profile
from ingestion.demo.rows import Row, Rows, fiscal_year
from ingestion.demo.workbook import Cell, write_workbook

# What a clerk's slip leaves in the CRM's export; the sender must set this line aside and say so.
BROKEN_ACTIVITY = ("K999999", "D00001", "C0001", "Appel", "00/00/0000 00:00", "quinze")
# Time entries at the turn of a fiscal year that the next year's export repeats.
REPEATED_ENTRIES = 12


def french(value: object, kind: str, thousands: str = "") -> str:
    """Return a value as a French office writes it: 31/12/2025, 1 234,56, oui."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{_day(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, Decimal):
        if kind == "amount":
            return f"{value:,.2f}".replace(",", thousands).replace(".", ",")
        return _trimmed(value).replace(".", ",")
    return str(value)


@cache
def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _trimmed(value: Decimal) -> str:
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _cells(table: Table, fields: Sequence[Field], row: Row) -> Iterator[str]:
    for canonical, _, kind in fields:
        value = row.get(canonical)
        words = table.values.get(canonical)
        yield words[str(value)] if words and value is not None else french(value, kind, table.thousands)


def _fields_of_file(system: System, table: Table) -> tuple[Field, ...]:
    """Return the fields of all the entities that share the table's file, each header once."""
    fields: dict[str, Field] = {}
    for other in system.tables:
        if other.stem == table.stem:
            fields.update({field[1]: field for field in other.fields if field[1] not in fields})
    return tuple(fields.values())


def _merged(system: System, table: Table) -> Table:
    """Return the table with the value maps of every entity of its file."""
    values = {
        name: words for other in system.tables if other.stem == table.stem for name, words in other.values.items()
    }
    return Table(table.entity, table.stem, table.fields, values, encoding=table.encoding, thousands=table.thousands)


def write_csv(path: Path, encoding: str, headers: Sequence[str], rows: Iterable[Iterable[str]]) -> int:
    """Write a semicolon-separated file with Windows line ends; return the number of rows."""
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(headers)
        for row in rows:
            writer.writerow(list(row))
            count += 1
    return count


def _write_sheet(path: Path, table: Table, rows: Iterable[Row]) -> int:
    lines: list[list[Cell]] = [list(table.headers)]
    for row in rows:
        values = (row[canonical] for canonical, _, _ in table.fields)
        lines.append(
            [value if isinstance(value, Decimal | date | int) or value is None else str(value) for value in values]
        )
    write_workbook(path, table.sheet, lines)
    return len(lines) - 1


def clear(folder: Path, table: Table) -> None:
    """Remove the files of an earlier export that the profile's glob would still read."""
    for path in folder.glob(table.files):
        path.unlink()


def _write_years(folder: Path, encoding: str, table: Table, rows: Iterable[Row]) -> int:
    """Write one file per fiscal year; each repeats the last entries of the year before."""
    clear(folder, table)
    years: dict[int, list[list[str]]] = {}
    for row in rows:
        worked_on = row["worked_on"]
        if isinstance(worked_on, date):
            years.setdefault(fiscal_year(worked_on), []).append(list(_cells(table, table.fields, row)))
    previous: list[list[str]] = []
    for year, lines in years.items():
        write_csv(folder / f"{table.stem}_{year}.csv", encoding, table.headers, [*previous, *lines])
        previous = lines[-REPEATED_ENTRIES:]
    return sum(len(lines) for lines in years.values())


def write_exports(log: Log, exports_dir: Path) -> dict[str, int]:
    """Write every file and profile; return the number of rows of each file, by `folder/stem`."""
    source, counts = Rows(log), {}
    for system in SYSTEMS:
        folder = exports_dir / system.folder
        folder.mkdir(parents=True, exist_ok=True)
        write_profile(system, exports_dir)
        written: set[str] = set()
        for table in system.tables:
            if table.stem in written:
                continue
            written.add(table.stem)
            counts[f"{system.folder}/{table.stem}"] = write_table(system, table, source, folder)
    return counts


def write_table(system: System, table: Table, source: Rows, folder: Path) -> int:
    """Write the file of an entity (and of those that share it); return its number of rows."""
    rows = source.of(system.code, table.entity)
    encoding = table.encoding or system.encoding
    if table.sheet:
        return _write_sheet(folder / table.file_name, table, rows)
    if table.files:
        return _write_years(folder, encoding, table, rows)
    fields, merged = _fields_of_file(system, table), _merged(system, table)
    lines = [list(_cells(merged, fields, row)) for row in rows]
    if table.entity == "activities":
        lines.insert(len(lines) // 2, list(BROKEN_ACTIVITY))
    if table.skip_footer:
        total = sum((spend.amount for spend in source.log.spends), ZERO)
        lines.append(["Total", "", "", "", french(total, "amount", table.thousands)])
    return write_csv(folder / table.file_name, encoding, [header for _, header, _ in fields], lines)
