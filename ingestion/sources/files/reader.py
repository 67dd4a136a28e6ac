"""From a file to a Parquet file of text: every cell as written, every row with the line it starts on.

The result has the columns `c0`...`cn` (text, in the order of the file) and `line` (from 1). Lines that are no row
(wrong number of cells, quote left open) are kept apart in `broken`; nothing is dropped but blank lines.
"""

from __future__ import annotations

import bisect
import codecs
import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contract import IngestionError
from ingestion.sources.files.profile import Format
from ingestion.warehouse import literal

if TYPE_CHECKING:
    import duckdb

_CHUNK = 1 << 20
_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
_UTF8 = ("utf-8", "utf-8-sig", "ascii")


class FileError(IngestionError):
    """A file is not what its profile says; the message names the file and what to do, never a cell."""


@dataclass(frozen=True)
class RawFile:
    """A file as text. `rows` counts the rows of `parquet`; `broken` holds (line, reason, text) of what is no row."""

    name: str
    parquet: Path
    headers: tuple[str, ...]
    rows: int
    broken: tuple[tuple[int, str, str], ...] = ()
    is_excel: bool = False


def read_file(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, format_: Format, sheet: str, target: Path
) -> RawFile:
    """Read one CSV or Excel file into `target`; `name` is how messages call it. Raises FileError."""
    if path.stat().st_size == 0:
        raise FileError(f"{name}: the file is empty (0 bytes). Export it again")
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        from ingestion.sources.files.excel import read_excel

        headers, rows = read_excel(path, name, format_, sheet, target)
        return RawFile(name, target, named(headers), rows, is_excel=True)
    return _read_csv(connection, path, name, format_, target)


def named(headers: list[str]) -> tuple[str, ...]:
    """Headers as a profile writes them: one kind of blank, composed accents, and `#2` on the second of a name."""
    names = [normalised(header) for header in headers]
    counts = [names[: index + 1].count(name) for index, name in enumerate(names)]
    return tuple(
        f"{name}#{count}" if names.count(name) > 1 else name for name, count in zip(names, counts, strict=True)
    )


def normalised(header: str) -> str:
    """A header without what the eye does not see: kinds of blanks, decomposed accents, a BOM."""
    return " ".join(unicodedata.normalize("NFC", header.removeprefix("\ufeff")).split())


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path, name: str, format_: Format, target: Path) -> RawFile:
    readable = path
    if codecs.lookup(format_.encoding).name not in _UTF8:
        readable = target.with_suffix(".utf8")
    lines = _check_text(path, name, format_.encoding, None if readable == path else readable)
    headers, skip, first = _read_headers(readable, name, format_)
    columns = ", ".join(f"'c{index}': 'varchar'" for index in range(len(headers)))
    scan = (
        f"read_csv({literal(readable)}, delim = {literal(format_.separator)}, quote = {literal(format_.quote)},"
        f" escape = {literal(format_.quote)}, header = false, skip = {skip}, auto_detect = false,"
        f" columns = {{{columns}}}, store_rejects = true, rejects_limit = 0)"
    )
    import duckdb

    try:
        connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
        copied = connection.execute(
            f"copy (select row_number() over () + {first} as line, * from {scan}) to {literal(target)}"
            " (format parquet, compression uncompressed)"
        ).fetchone()
        faults = connection.execute(
            "select min(line_byte_position), any_value(csv_line), string_agg(distinct lower(error_type), ', ')"
            " from reject_errors group by line order by 1"
        ).fetchall()
    except duckdb.Error as error:
        # The message of the library quotes the line: it stays out of ours.
        raise FileError(f"{name}: not readable as CSV ({type(error).__name__}). Check separator and quotes") from None
    rows = int(copied[0]) if copied else 0
    broken = _broken_lines(readable, faults)
    if rows + first != lines:
        _renumber(connection, readable, target, len(headers), first, broken)
    return RawFile(name, target, headers, rows, tuple((line, reason, text) for line, _, reason, text in broken))


def _check_text(path: Path, name: str, encoding: str, rewritten: Path | None) -> int:
    """Decode the whole file, and write it as UTF-8 where asked to. Returns its number of lines.

    Raises FileError with the offset of the first byte that does not belong to the encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    utf8 = codecs.getincrementaldecoder("utf-8")() if rewritten and not encoding.startswith("utf") else None
    offset, lines, last, has_accents = 0, 0, "", False
    output = rewritten.open("w", encoding="utf-8", newline="") if rewritten else None
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise FileError(_wrong_encoding(name, encoding, offset - pending + error.start)) from None
            if "\0" in text:
                raise FileError(f"{name}: a NUL byte near byte {offset}. Is the file UTF-16, or not text at all?")
            if utf8:
                has_accents = has_accents or not chunk.isascii()
                try:
                    utf8.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = None
            if output:
                output.write(text)
            lines, last, offset = lines + text.count("\n"), text[-1:] or last, offset + len(chunk)
    if output:
        output.close()
    if decoder.getstate()[0]:
        raise FileError(_wrong_encoding(name, encoding, offset - len(decoder.getstate()[0])))
    if utf8 and has_accents:
        raise FileError(f"{name}: declared {encoding}, but its accents are UTF-8. Write encoding: utf-8-sig")
    return lines + (last != "\n")


def _wrong_encoding(name: str, encoding: str, offset: int) -> str:
    other = "cp1252" if encoding.startswith("utf-8") else "utf-8-sig"
    return f"{name}: not {encoding} at byte {offset}. If it comes from Excel or older software, write encoding: {other}"


def _read_headers(path: Path, name: str, format_: Format) -> tuple[tuple[str, ...], int, int]:
    """The headers, and how many records and lines there are down to and including them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(format_.skip_header):
            file.readline()
        reader = csv.reader(file, delimiter=format_.separator, quotechar=format_.quote)
        for records, headers in enumerate(reader, format_.skip_header + 1):
            if any(cell.strip() for cell in headers):
                return named(headers), records, format_.skip_header + reader.line_num
    raise FileError(f"{name}: no header; the file holds blank lines only. Export it again")


def separator_hint(headers: tuple[str, ...], format_: Format) -> str:
    """What to try where the header looks like one cell."""
    if len(headers) > 1:
        return ""
    others = [word for mark, word in _SEPARATORS.items() if mark != format_.separator and mark in headers[0]]
    return f" The header is one cell: is the separator a {' or a '.join(others)}?" if others else ""


def _broken_lines(path: Path, faults: list[tuple[int, str, str]]) -> list[tuple[int, int, str, str]]:
    """(line, lines spanned, reason, text) of each line that is no row; positions in bytes become line numbers."""
    broken, position, line = [], 0, 1
    with path.open("rb") as file:
        for start, text, reason in faults:
            # DuckDB counts bytes from 1.
            while chunk := file.read(min(_CHUNK, start - 1 - position)):
                line, position = line + chunk.count(b"\n"), position + len(chunk)
            leading = len(text) - len(text.lstrip("\r\n"))
            clean = text.strip("\r\n")
            at = line + text[:leading].count("\n")
            broken.append((at, 1 + clean.count("\n"), f"broken line: {reason}", clean))
    return broken


def _renumber(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    target: Path,
    width: int,
    first: int,
    broken: list[tuple[int, int, str, str]],
) -> None:
    """Give each row its line where cells span lines, or broken and blank lines stand between the rows.

    A row starts after all lines of the rows before it (`base`), plus the lines of the gaps before it. There are few
    gaps: each is placed by bisection, and the sums are joined back.
    """
    spans = " + ".join(f"coalesce(length(c{i}) - length(replace(c{i}, chr(10), '')), 0)" for i in range(width))
    numbered = target.with_suffix(".numbered")
    connection.execute(
        f"create or replace temp table base as select line as ordinal, {spans} as extra,"
        f" ({first} + 1 + coalesce(sum(1 + {spans}) over (order by line rows between unbounded preceding"
        f" and 1 preceding), 0))::bigint as base from {_parquet(target)} order by line"
    )
    found: dict[str, Any] = connection.execute("select base, extra from base order by ordinal").fetchnumpy()
    bases, extras = found["base"], found["extra"]
    gaps = sorted([(line, span) for line, span, _, _ in broken] + [(line, 1) for line in _blank_lines(path, first)])
    shift, shifts = 0, [(0, 0)]
    for line, span in gaps:
        before = bisect.bisect_left(bases, line - shift)
        if before and line <= bases[before - 1] + extras[before - 1] + shift:
            continue  # a blank line inside a cell
        shift += span
        shifts.append((before + first + 1, shift))
    connection.execute("create or replace temp table shifts (ordinal bigint, shift bigint)")
    connection.executemany("insert into shifts values (?, ?)", shifts)
    connection.execute(
        f"copy (select (base + shift)::bigint as line, r.* exclude (line) from {_parquet(target)} r"
        " join base on base.ordinal = r.line"
        " asof join (select ordinal, max(shift) as shift from shifts group by all) s on base.ordinal >= s.ordinal"
        f" order by base.ordinal) to {literal(numbered)} (format parquet, compression uncompressed)"
    )
    numbered.replace(target)


def _parquet(path: Path) -> str:
    return f"read_parquet({literal(path)})"


def _blank_lines(path: Path, first: int) -> list[int]:
    with path.open("rb") as file:
        return [number for number, line in enumerate(file, 1) if number > first and not line.strip(b"\r\n")]
