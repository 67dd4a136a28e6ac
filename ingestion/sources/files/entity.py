"""One mapping of a profile as SQL: rows of text in, rows of the contract out, and a reason for each row refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ingestion.contract import Column, Entity, load_contract
from ingestion.source import Stamp
from ingestion.sources.files import formats
from ingestion.sources.files.profile import EntityMapping, ProfileError, nearest
from ingestion.sources.files.reader import FileError, RawFile, normalised, separator_hint
from ingestion.warehouse import literal

_EMPTY = "empty, and the column is required"


@dataclass(frozen=True)
class Filled:
    """A canonical column and the SQL that fills it, in two steps: `value` parses cells, `fit` types what came out.

    `text` is what the reject shows; it is null where there was nothing to parse.
    """

    column: Column
    value: str
    fit: str
    text: str
    reason: str

    @property
    def quoted(self) -> str:
        """The name of the column, as SQL."""
        return f'"{self.column.name}"'

    @property
    def is_bad(self) -> str:
        """SQL that is true where the row cannot be one of the entity because of this column."""
        if self.column.is_required:
            return f"{self.quoted} is null"
        return f"({self.text} is not null and {self.quoted} is null)"

    @property
    def why(self) -> str:
        """SQL of the reason, where the column is bad."""
        if not self.column.is_required:
            return literal(self.reason)
        return f"case when {self.text} is null then {literal(_EMPTY)} else {literal(self.reason)} end"


@dataclass(frozen=True)
class Translation:
    """One mapping applied to one file. The cells of the file are `c0`..., without blanks around them `t0`..."""

    entity: Entity
    mapping: EntityMapping
    system: str
    raw: RawFile
    footer: int | None = None
    """First line of the footer, where the file has one."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person may want to know about the file: the headers that nothing is made of."""
        unused = [header for index, header in enumerate(self.raw.headers) if header and index not in self._used]
        return (f"{self.raw.name}: not used: {', '.join(unused)}",) if unused else ()

    def is_footer(self, line: int) -> bool:
        """True for the declared lines at the end of the file, which are no rows."""
        return self.footer is not None and line >= self.footer

    @property
    def is_whole(self) -> bool:
        """True where every row of the file is read for the entity."""
        return self.footer is None and not self.mapping.where

    def counts(self) -> str:
        """Query of two figures: rows of the file without its footer, and how many of them the `where` keeps."""
        return f"select count(*), count(*) filter (where {self._condition}) from ({self._cells()})"

    def accepted(self, stamp: Stamp) -> str:
        """Query of the rows that are rows of the entity, in the shape of the raw relation."""
        filled = {item.column.name: item.quoted for item in self._filled}
        given = {
            "source_system": f"{literal(self.system)}::varchar",
            "is_deleted": f"coalesce({filled.get('is_deleted', 'null')}, false)",
            "loaded_at": instant_literal(stamp),
            "load_id": f"{literal(stamp.load_id)}::varchar",
            "source_file": f"{literal(self.raw.name)}::varchar",
            "source_line": "line",
        }
        columns = [
            f'{given.get(column.name) or filled.get(column.name, f"null::{column.duckdb_type}")} as "{column.name}"'
            for column in load_contract().raw_columns(self.entity.name)
        ]
        bad = " or ".join(item.is_bad for item in self._filled)
        return f"select {', '.join(columns)} from ({self._typed()}) where not ({bad})"

    def rejected(self, stamp: Stamp) -> str:
        """Query of the rows that are not, one reject each: the first column that is wrong, and the names of others."""
        bad = [f"case when {item.is_bad} then {literal(item.column.name)} end" for item in self._filled]
        others = f"array_to_string(list_filter([{', '.join(bad)}], x -> x is not null)[2:], ', ')"
        cells = ", ".join(f"coalesce(c{index}, '')" for index in range(len(self.raw.headers)))
        columns = {
            "source_file": f"{literal(self.raw.name)}::varchar",
            "line_number": "line",
            "column_name": self._of_first_bad(lambda item: literal(item.column.name)),
            "rejected_value": self._of_first_bad(lambda item: item.text),
            "reason": f"{self._of_first_bad(lambda item: item.why)}"
            f" || case when {others} = '' then '' else '; also wrong: ' || {others} end",
            "line_text": f"concat_ws({literal(self.mapping.separator)}, {cells})",
            "entity": literal(self.entity.name),
            "loaded_at": instant_literal(stamp),
            "load_id": literal(stamp.load_id),
        }
        chosen = ", ".join(f"{value} as {name}" for name, value in columns.items())
        return f"select {chosen} from ({self._typed()}) where {' or '.join(item.is_bad for item in self._filled)}"

    def _of_first_bad(self, of: Callable[[Filled], str]) -> str:
        return f"case {' '.join(f'when {item.is_bad} then {of(item)}' for item in self._filled)} end"

    def _typed(self) -> str:
        """Query of all rows of interest with each filled column in its type, null where it cannot be.

        One step per layer, because DuckDB computes an expression once per layer; `offset 0` keeps it from moving the
        reader's conditions down, which would compute everything twice.
        """
        parsed = ", ".join(f"{item.value} as {item.quoted}" for item in self._filled)
        fits = ", ".join(f"{item.fit} as {item.quoted}" for item in self._filled)
        read = f"select *, {parsed} from ({self._cells()}) where {self._condition}"
        return f"select * replace ({fits}) from ({read}) offset 0"

    def _cells(self) -> str:
        until = "" if self.footer is None else f" where line < {self.footer}"
        cells = "".join(f", {formats.cleaned(f'c{index}', self.mapping)} as t{index}" for index in sorted(self._used))
        return f"select *{cells} from read_parquet({literal(self.raw.parquet)}){until}"

    @cached_property
    def _condition(self) -> str:
        conditions = [f"({self._where(header, rule)})" for header, rule in self.mapping.where.items()]
        return " and ".join(conditions) or "true"

    @cached_property
    def _used(self) -> frozenset[int]:
        """Positions of the headers that the mapping names."""
        texts = (*self.mapping.templates.values(), *self.mapping.computed.values())
        inside = [header for text in texts for header in formats.headers_in(text)]
        return frozenset(
            self._index(header) for header in (*self.mapping.columns.values(), *self.mapping.where, *inside)
        )

    @cached_property
    def _filled(self) -> tuple[Filled, ...]:
        mapping = self.mapping
        return (
            *(self._from_header(self._column(name), header) for name, header in mapping.columns.items()),
            *(self._from_template(self._column(name), pattern) for name, pattern in mapping.templates.items()),
            *(self._from_sum(self._column(name), expression) for name, expression in mapping.computed.items()),
            *(self._from_constant(self._column(name), constant) for name, constant in mapping.constants.items()),
        )

    def _from_header(self, column: Column, header: str) -> Filled:
        text, quoted = self._text(header), f'"{column.name}"'
        if column.name in self.mapping.values:
            value = formats.canonical(column, formats.mapped(text, self.mapping.values[column.name]))
            return Filled(
                column, self._qualified(column, value), quoted, text, "no such word in the values of the profile"
            )
        width, is_percent = self.mapping.pad.get(column.name), column.name in self.mapping.percent
        value = formats.parsed(
            column, text, self.mapping, is_excel=self.raw.is_excel, is_percent=is_percent, width=width
        )
        fit = formats.fitted(column, quoted, self.mapping)
        return Filled(column, self._qualified(column, value), fit, text, _expectation(column, self.mapping))

    def _from_template(self, column: Column, pattern: str) -> Filled:
        cells = formats.template(pattern, self._text)
        value = self._qualified(column, formats.canonical(column, f"({cells})"))
        return Filled(column, value, f'"{column.name}"', f"({cells})", f"{pattern} is no {column.type}")

    def _from_sum(self, column: Column, expression: str) -> Filled:
        try:
            value = formats.computed(expression, lambda header: formats.number(self._text(header), self.mapping))
        except ValueError as error:
            raise ProfileError(f"{self.entity.name}: computed: {column.name}: {error}") from None
        needed = [self._text(header) for header, default in formats.terms_in(expression) if not default]
        given = " and ".join(f"{text} is not null" for text in needed) or "true"
        shown = f"concat_ws(' ', {', '.join(self._text(header) for header in formats.headers_in(expression))})"
        text = f"case when {given} then {shown} end"
        reason = f"{expression} cannot be computed: a cell is no number, or the result is too large"
        return Filled(column, value, f'try_cast("{column.name}" as {column.duckdb_type})', text, reason)

    def _from_constant(self, column: Column, constant: str) -> Filled:
        value = self._qualified(column, formats.canonical(column, literal(constant)))
        return Filled(column, value, f'"{column.name}"', literal(constant), f"the constant is no {column.type}")

    def _column(self, name: str) -> Column:
        common = {column.name: column for column in load_contract().common}
        return self.entity.by_name.get(name) or common[name]

    def _qualified(self, column: Column, value: str) -> str:
        """Keys and references as `<system>:<id>`."""
        if not column.is_identifier:
            return value
        return f"{literal(self.mapping.references.get(column.name, self.system) + ':')} || ({value})"

    def _text(self, header: str) -> str:
        return f"t{self._index(header)}"

    def _index(self, header: str) -> int:
        """Position of a header in the file. Raises FileError naming the nearest header where it is not there."""
        headers, wanted = self.raw.headers, normalised(header)
        if wanted in headers:
            return headers.index(wanted)
        if f"{wanted}#1" in headers:
            raise FileError(
                f"{self.raw.name}: several columns are called {wanted!r} ({self.entity.name})."
                f" Write {wanted + '#1'!r} or {wanted + '#2'!r} in the profile"
            )
        raise FileError(
            f"{self.raw.name}: expected the column {wanted!r} ({self.entity.name}), it is not in the header"
            f"{nearest(wanted, headers)}.{separator_hint(headers, self.mapping)} Correct the profile or export it again"
        )

    def _where(self, header: str, rule: object) -> str:
        text = self._text(header)
        if isinstance(rule, str):
            number = formats.number(text, self.mapping)
            return {
                "not_empty": f"{text} is not null",
                "empty": f"{text} is null",
                "negative": f"coalesce({number} < 0, false)",
                "not_negative": f"coalesce({number} >= 0, true)",
            }[rule]
        if not isinstance(rule, dict) or len(rule) != 1:
            raise ProfileError(f"{self.entity.name}: where: {header!r} needs exactly one rule")
        ((operator, operand),) = rule.items()
        words = ", ".join(literal(word) for word in (operand if isinstance(operand, list) else [operand]))
        return f"coalesce({text}, '') {'not in' if operator == 'not_in' else 'in'} ({words})"


def instant_literal(stamp: Stamp) -> str:
    """When the load happened, as SQL."""
    return f"{literal(stamp.loaded_at.isoformat())}::timestamptz"


def _expectation(column: Column, mapping: EntityMapping) -> str:
    if column.type == "date":
        return f"not a date written {mapping.date_format}"
    if column.type == "instant":
        return f"not an instant written {mapping.instant_format}"
    if column.type == "boolean":
        return "not a boolean (oui, non, 1, 0, true, false)"
    if column.type == "text":
        return "scientific notation: digits are lost"
    thousands = f", thousands {mapping.thousands!r}" if mapping.thousands else ""
    places = {None: "", 0: " without decimals", 2: " with at most 2 decimals"}.get(column.scale, "")
    return f"not a number{places} (decimal {mapping.decimal!r}{thousands}), or too large"
