"""The canonical source contract, read from `contract.yml`: what a sender may deliver, entity by entity."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import yaml

if TYPE_CHECKING:
    import pyarrow as pa

Presence = Literal["key", "required", "optional"]

CONTRACT_FILE = Path(__file__).with_name("contract.yml")

DUCKDB_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "instant": "TIMESTAMP WITH TIME ZONE",
    "money": "DECIMAL(18,2)",
    "price": "DECIMAL(18,6)",
    "quantity": "DECIMAL(18,6)",
    "ratio": "DECIMAL(9,6)",
    "hours": "DECIMAL(9,2)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}


class IngestionError(Exception):
    """Something outside the program prevents a load; the message says what, which, and what to do about it."""


@dataclass(frozen=True)
class Column:
    """One canonical column: its logical type, whether a row can do without it, and what it means."""

    name: str
    type: str
    presence: Presence
    meaning: str

    @property
    def is_key(self) -> bool:
        """True for the one column that names the row at its sender."""
        return self.presence == "key"

    @property
    def is_required(self) -> bool:
        """True where a row without a value is no row of the entity (keys included)."""
        return self.presence != "optional"

    @property
    def is_identifier(self) -> bool:
        """True for keys and references, which are stored as `<system>:<id>`."""
        return self.type == "text" and self.name.endswith("_id")

    @property
    def duckdb_type(self) -> str:
        """Type of the column in the warehouse."""
        return DUCKDB_TYPES[self.type]

    @property
    def scale(self) -> int | None:
        """Decimal places of a decimal column, 0 of an integer, None of everything else."""
        if self.type == "integer":
            return 0
        digits = self.duckdb_type.partition(",")[2]
        return int(digits.rstrip(")")) if digits else None


@dataclass(frozen=True)
class Entity:
    """One canonical entity; `columns` are its own, without the common ones."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    @functools.cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The entity's own columns."""
        return {column.name: column for column in self.columns}

    @property
    def key(self) -> Column:
        """The column that names a row."""
        return next(column for column in self.columns if column.is_key)

    @property
    def money_columns(self) -> tuple[str, ...]:
        """Money columns whose sum means something: an hourly rate has none."""
        return tuple(c.name for c in self.columns if c.type == "money" and not c.name.startswith("hourly_"))


@dataclass(frozen=True)
class Contract:
    """All entities and the columns that every row carries besides."""

    common: tuple[Column, ...]
    entities: Mapping[str, Entity]

    def raw_columns(self, entity: str) -> tuple[Column, ...]:
        """The columns of `raw_<sender>.<entity>`, in order: the entity's, the common ones, where the row was read."""
        return (*self.entities[entity].columns, *self.common, *PROVENANCE)

    def fingerprint(self, entity: str) -> str:
        """Changes whenever the shape of the raw relation does."""
        shape = [(column.name, column.type, column.presence) for column in self.raw_columns(entity)]
        return hashlib.sha256(repr(shape).encode()).hexdigest()


PROVENANCE = (
    Column("source_file", "text", "optional", "File the row was read from, below the folder of exports."),
    Column("source_line", "integer", "optional", "Line of the file on which the row starts, from 1."),
)

REJECTS = (
    Column("source_file", "text", "required", "File of the line, below the folder of exports."),
    Column("line_number", "integer", "required", "Line of the file, from 1."),
    Column("column_name", "text", "optional", "Canonical column that could not be filled; null for a broken line."),
    Column("rejected_value", "text", "optional", "Cell as written."),
    Column("reason", "text", "required", "Why the line is not a row of the entity."),
    Column("line_text", "text", "optional", "The line as written, cells joined by the separator."),
    Column("entity", "text", "required", "Entity that the line was read for."),
    Column("loaded_at", "instant", "required", "When the line was rejected."),
    Column("load_id", "text", "required", "The load that rejected it."),
)


@functools.cache
def load_contract() -> Contract:
    """The contract of this version of the project.

    Raises ValueError where `contract.yml` contradicts itself: an unknown type, or not exactly one key per entity.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster, and not on every machine
    document = yaml.load(CONTRACT_FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # both are safe
    common = tuple(Column(name, *spec) for name, spec in document["common"].items())
    entities = {name: _entity(name, spec) for name, spec in document["entities"].items()}
    return Contract(common, entities)


def _entity(name: str, spec: Mapping[str, Mapping[str, list[str]]]) -> Entity:
    columns = tuple(_column(name, column, values) for column, values in spec["columns"].items())
    if sum(column.is_key for column in columns) != 1:
        raise ValueError(f"contract.yml: entity {name} must have exactly one key column")
    return Entity(name, str(spec["grain"]), columns)


def _column(entity: str, name: str, values: list[str]) -> Column:
    type_, presence, meaning = values
    if type_ not in DUCKDB_TYPES:
        raise ValueError(f"contract.yml: {entity}.{name} has the unknown type {type_!r}")
    if presence not in ("key", "required", "optional"):
        raise ValueError(f"contract.yml: {entity}.{name} has the unknown presence {presence!r}")
    return Column(name, type_, cast(Presence, presence), meaning)


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """The Arrow schema that a Parquet file of these columns must have."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", "UTC"),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }

    def arrow_type(column: Column) -> pa.DataType:
        if column.type in types:
            return types[column.type]
        precision, scale = column.duckdb_type.removeprefix("DECIMAL(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))

    return pa.schema([(column.name, arrow_type(column)) for column in columns])
