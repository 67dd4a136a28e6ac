"""Columns of text for the large generated exports: numpy in, Arrow strings in French conventions out, by chunks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from ingestion.demo.company import FIRST_DAY
from ingestion.demo.layout import System, Table

Numbers = NDArray[np.int64]
Column: TypeAlias = Any  # a pyarrow string array: the library states no types
_HUNDRED = pa.array([f"{cents:02d}" for cents in range(100)])
_HORIZON_DAYS = 1600
_DAYS = pa.array([f"{FIRST_DAY + timedelta(days=index):%d/%m/%Y}" for index in range(_HORIZON_DAYS)] + [""])
_MINUTES = pa.array([f" {8 + index // 60:02d}:{index % 60:02d}" for index in range(600)])
NO_DAY = -1


def _join(*parts: Column | str) -> Column:
    return pc.binary_join_element_wise(*parts, "")


def keys(prefix: str, numbers: Numbers, width: int = 8) -> Column:
    """Return keys such as CO00000042."""
    return _join(prefix, pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0"))


def sub_keys(parents: Column, mark: str, numbers: Numbers) -> Column:
    """Return keys of parts such as CO00000042-L3."""
    return _join(parents, mark, pc.cast(pa.array(numbers), pa.string()))


def money(cents: Numbers) -> Column:
    """Return amounts of cents as 1234,56."""
    euros = pc.cast(pa.array(cents // 100), pa.string())
    return pc.binary_join_element_wise(euros, _HUNDRED.take(pa.array(cents % 100)), ",")


def whole(numbers: Numbers) -> Column:
    """Return whole numbers."""
    return pc.cast(pa.array(numbers), pa.string())


def days(numbers: Numbers) -> Column:
    """Return days since the company's first day as dd/mm/yyyy; NO_DAY is empty."""
    return _DAYS.take(pa.array(np.where(numbers == NO_DAY, _HORIZON_DAYS, numbers)))


def instants(numbers: Numbers, minutes: Numbers) -> Column:
    """Return days with an office time; NO_DAY is empty."""
    times = _join(days(numbers), _MINUTES.take(pa.array(minutes % 600)))
    return pc.if_else(pa.array(numbers == NO_DAY), "", times)


def words(choices: Sequence[str], numbers: Numbers) -> Column:
    """Return a word per number."""
    return pa.array(list(choices)).take(pa.array(numbers))


def day_number(day: date) -> int:
    """Return the days since the company's first day."""
    return (day - FIRST_DAY).days


class ChunkWriter:
    """Writes one file of an export, chunk by chunk, with the fields of every entity that shares it."""

    def __init__(self, exports_dir: Path, system: System, entity: str) -> None:
        self._table = next(table for table in system.tables if table.entity == entity)
        mates = [table for table in system.tables if table.stem == self._table.stem]
        self._fields = {header: canonical for mate in mates for canonical, header, _ in mate.fields}
        self._values: dict[str, Mapping[str, str]] = {
            name: value for mate in mates for name, value in mate.values.items()
        }
        self._encoding = self._table.encoding or system.encoding
        folder = exports_dir / system.folder
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / self._file_name(self._table)).open("wb")
        self._file.write((";".join(self._fields) + "\n").encode(self._encoding))

    @staticmethod
    def _file_name(table: Table) -> str:
        return table.files.replace("*", "0001") if table.files else table.file_name

    def words(self, canonical: str, *values: str) -> list[str]:
        """Return the file's words for canonical values."""
        return [self._values[canonical][value] for value in values]

    def write(self, count: int, columns: Mapping[str, Column | str]) -> None:
        """Write a chunk; a column given as one word repeats it, and what is not given is empty."""
        arrays = []
        for canonical in self._fields.values():
            column = columns.get(canonical, "")
            arrays.append(pa.repeat(column, count) if isinstance(column, str) else column)
        table = pa.Table.from_arrays(arrays, names=list(self._fields))
        options = pa_csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
        if self._encoding.startswith("utf-8"):
            pa_csv.write_csv(table, self._file, options)
            return
        buffer = pa.BufferOutputStream()
        pa_csv.write_csv(table, buffer, options)
        self._file.write(buffer.getvalue().to_pybytes().decode("utf-8").encode(self._encoding))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Writers:
    """The open files of a large export, by system and entity."""

    def __init__(self, exports_dir: Path) -> None:
        self._dir = exports_dir
        self._open: dict[tuple[str, str], ChunkWriter] = {}

    def of(self, system: System, entity: str) -> ChunkWriter:
        """Return the writer of an entity, opened on first use."""
        if (system.code, entity) not in self._open:
            self._open[system.code, entity] = ChunkWriter(self._dir, system, entity)
        return self._open[system.code, entity]

    def __enter__(self) -> "Writers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._open.values():
            writer.close()
