"""Excel sheets as text, in the form that `reader` gives to CSV files."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from ingestion.sources.files.profile import Format, nearest

_BATCH = 20_000
_LARGEST = 2 << 30
"""Bytes that a workbook may have once unpacked."""


def read_excel(path: Path, name: str, format_: Format, sheet: str, target: Path) -> tuple[list[str], int]:
    """Write the rows of one sheet (the first one by default) to `target`. Returns headers and number of rows.

    Numbers get the declared decimal mark, dates become `2026-01-31 00:00:00`; blank rows are left out.
    Raises FileError where the file is no workbook or the sheet is not there.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ingestion.sources.files.reader import FileError

    try:
        workbook = _open(path, name)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise FileError(f"{name}: not an Excel workbook (.xlsx). Open it in Excel, and save it again") from None
    if sheet and sheet not in workbook.sheetnames:
        raise FileError(f"{name}: no sheet {sheet!r}{nearest(sheet, workbook.sheetnames)}")
    rows = enumerate(workbook[sheet or workbook.sheetnames[0]].iter_rows(values_only=True), 1)
    filled = ((number, row) for number, row in rows if number > format_.skip_header and any(_is_filled(c) for c in row))
    _, header = next(filled, (0, ()))
    headers = [str(value) if value is not None else "" for value in header]
    if not headers:
        raise FileError(f"{name}: the sheet is empty. Export it again")
    schema = pa.schema([("line", pa.int64()), *((f"c{index}", pa.string()) for index in range(len(headers)))])
    count = 0
    with pq.ParquetWriter(target, schema, compression="none") as writer:
        while batch := list(islice(filled, _BATCH)):
            lines, columns = [number for number, _ in batch], _columns(batch, len(headers), format_.decimal)
            writer.write_table(pa.Table.from_arrays([pa.array(lines, pa.int64()), *columns], schema=schema))
            count += len(batch)
    workbook.close()
    return headers, count


def _open(path: Path, name: str) -> Any:
    import openpyxl

    from ingestion.sources.files.reader import FileError

    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > _LARGEST:
            raise FileError(f"{name}: more than {_LARGEST >> 30} GB once unpacked. Export less, or as CSV")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, which do not matter here
        try:
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
        except TypeError:
            return openpyxl.load_workbook(_with_fills(path), read_only=True, data_only=True)


def _with_fills(path: Path) -> io.BytesIO:
    """The workbook with a pattern in its empty `<fill/>`: Excel accepts that from many exports, openpyxl does not."""
    repaired = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(repaired, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/styles.xml":
                content = re.sub(rb"<(\w+:)?fill\s*/>", rb"<\1fill><\1patternFill/></\1fill>", content)
            new.writestr(item, content)
    return repaired


def _columns(batch: list[tuple[int, tuple[object, ...]]], width: int, mark: str) -> Iterator[object]:
    import pyarrow as pa

    for index in range(width):
        yield pa.array([_text(row[index], mark) if index < len(row) else None for _, row in batch], pa.string())


def _is_filled(value: object) -> bool:
    return value is not None and value != ""


def _text(value: object, mark: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d 00:00:00")
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, float):
        value = int(value) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value).replace(".", mark)
