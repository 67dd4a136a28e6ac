"""SQL expressions that turn a cell as written into a canonical value, or into null where it is not one.

Each function takes SQL text and returns SQL text; `text` is always an expression that is null for an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ingestion.contract import Column
from ingestion.sources.files.profile import Format
from ingestion.warehouse import literal

SPACES = " \u00a0\u202f\u2009"
"""Spaces that French software writes between thousands, and before units."""
_BLANK = SPACES + "\t\r\n\ufeff"
_YES, _NO = ("oui", "1", "true", "vrai"), ("non", "0", "false", "faux")
_EARLIEST, _LATEST = "1900-01-01", "2200-01-01"
"""Bounds of a believable date: `0206` and `26` are slips, not years."""
_LAST_SERIAL = 109_574
"""The last day of 2199, as Excel counts days."""
_ISO_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
"""How cells that Excel knows as dates are written by the reader."""


def cleaned(cell: str, format_: Format) -> str:
    """A cell without surrounding blanks, null where nothing is left."""
    # Only what is not plain ASCII, or starts or ends with a blank, is worth the slow trim().
    is_suspect = f"strlen({cell}) <> length({cell}) or {cell} < '!' or {cell}[-1] < '!'"
    text = f"case when {is_suspect} then trim({cell}, {literal(_BLANK)}) else {cell} end"
    if format_.text_formulas:
        text = f"regexp_replace({text}, '^=\"(.*)\"$', '\\1')"
    return f"nullif({text}, '')"


def parsed(column: Column, text: str, format_: Format, *, is_excel: bool, is_percent: bool, width: int | None) -> str:
    """What `text` says, in the widest type of its kind; null where it is not written as the column should be."""
    if column.type == "text":
        return padded(text, width) if width else text
    if column.type == "date":
        return _timestamp(text, format_.date_format, is_excel)
    if column.type == "instant":
        return instant(text, format_, is_excel)
    if column.type == "boolean":
        return boolean(text)
    return number(text, format_, is_percent)


def fitted(column: Column, value: str, format_: Format) -> str:
    """A parsed value in the type of its column; null where it does not fit: too large, too precise, not believable."""
    target = column.duckdb_type
    if column.type in ("date", "instant"):
        return f"case when {value} between '{_EARLIEST}' and '{_LATEST}' then {value}::{target} end"
    if column.scale is None or column.scale == 6:
        return f"try_cast({value} as {target})"
    narrowed = f"try_cast({value} as {target})"
    return narrowed if format_.round_amounts else f"case when {narrowed} = {value} then {narrowed} end"


def number(text: str, format_: Format, is_percent: bool = False) -> str:
    """A decimal(18,6) written with the declared marks and nothing else."""
    shape = literal(rf"[-+]?\d+({re.escape(format_.decimal)}\d+)?")
    plain = text if format_.decimal == "." else f"replace({text}, ',', '.')"
    dressed = f" else {_dressed_number(text, format_, is_percent)}" if _is_dressed(format_, is_percent) else ""
    value = f"case when regexp_full_match({text}, {shape}) then try_cast({plain} as decimal(18,6)){dressed} end"
    return f"({value} / 100)::decimal(18,6)" if is_percent else value


def _is_dressed(format_: Format, is_percent: bool) -> bool:
    return bool(format_.thousands or format_.unit or is_percent or format_.negatives != ("leading",))


def _dressed_number(text: str, format_: Format, is_percent: bool) -> str:
    """The slower reading: units, thousands, accounting negatives. Only reached where the plain one fails."""
    decimal = re.escape(format_.decimal)
    units = "|".join(re.escape(unit) for unit in (format_.unit, "%" if is_percent else "") if unit)
    bare = text
    if units:
        bare = f"trim(regexp_replace({bare}, {literal(f'({units})([-)]?)$')}, '\\2'), {literal(_BLANK)})"
    if "parentheses" in format_.negatives:
        bare = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    if "trailing" in format_.negatives:
        bare = f"regexp_replace({bare}, '^([^-+].*)-$', '-\\1')"
    bare = f"trim({bare}, {literal(_BLANK)})"
    integer = r"\d+"
    if format_.thousands:
        marks = SPACES if format_.thousands in SPACES else format_.thousands
        mark = f"[{re.escape(marks)}]"
        integer = rf"(\d+|\d{{1,3}}({mark}\d{{3}})+)"
        stripped = f"regexp_replace({bare}, {literal(mark)}, '', 'g')"
    else:
        stripped = bare
    shape = literal(rf"[-+]? ?{integer}({decimal}\d+)?")
    digits = f"replace(replace({stripped}, ' ', ''), '{format_.decimal}', '.')"
    return f"case when regexp_full_match({bare}, {shape}) then try_cast({digits} as decimal(18,6)) end"


def instant(text: str, format_: Format, is_excel: bool) -> str:
    """An instant; what carries no offset of its own was written in the declared time zone."""
    zone = literal(format_.timezone)
    if format_.instant_format == "iso":
        has_offset = f"regexp_matches({text}, '(Z|[+-]\\d\\d:?\\d\\d)$')"
        local = f"timezone({zone}, try_cast({text} as timestamp))"
        return f"case when {has_offset} then try_cast({text} as timestamptz) else {local} end"
    if "%z" in format_.instant_format:
        return f"try_strptime({text}, {literal(format_.instant_format)})"
    return f"timezone({zone}, {_timestamp(text, format_.instant_format, is_excel)})"


def _timestamp(text: str, pattern: str, is_excel: bool) -> str:
    if pattern == "excel":
        serial = f"try_cast(replace({text}, ',', '.') as double)"
        day = f"case when {serial} between 0 and {_LAST_SERIAL} then {serial} end"
        value = f"(timestamp '1899-12-30' + to_seconds(round({day} * 86400)))"
        return f"coalesce({value}, {_strptime(text, _ISO_FORMATS)})" if is_excel else value
    if pattern == "iso":
        return f"try_cast({text} as timestamp)"
    return _strptime(text, (pattern, *_ISO_FORMATS) if is_excel else (pattern,))


def _strptime(text: str, patterns: tuple[str, ...]) -> str:
    return f"try_strptime({text}, [{', '.join(literal(pattern) for pattern in patterns)}])"


def boolean(text: str) -> str:
    """True or false from oui/non, 1/0, true/false, vrai/faux in any case; null from anything else."""
    yes, no = (", ".join(literal(word) for word in words) for words in (_YES, _NO))
    return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"


def padded(text: str, width: int) -> str:
    """Digits with their lost leading zeros; null for scientific notation, which has lost more than zeros."""
    digits = f"regexp_replace({text}, {literal(f'[{SPACES}.]')}, '', 'g')"
    longest = f"greatest({width}, length({digits}))::int"
    return (
        f"case when regexp_full_match({digits}, '\\d+') then lpad({digits}, {longest}, '0')"
        f" when not regexp_full_match({text}, '\\d([.,]\\d+)?[eE]\\+?\\d+') then {text} end"
    )


def mapped(text: str, values: Mapping[str, str]) -> str:
    """The canonical word for a word of the sender; `*` stands for every other word, and `""` for an empty cell."""
    branches = [
        f"when {text} = {literal(word)} then {literal(value)}"
        for word, value in values.items()
        if word not in ("", "*")
    ]
    if "" in values:
        branches.append(f"when {text} is null then {literal(values[''])}")
    if "*" in values:
        branches.append(f"when {text} is not null then {literal(values['*'])}")
    return f"case {' '.join(branches)} end"


def canonical(column: Column, text: str) -> str:
    """The value of a column from text in canonical writing: `2026-01-31`, `12.50`, `true`."""
    if column.type == "boolean":
        return boolean(text)
    return text if column.type == "text" else f"try_cast({text} as {column.duckdb_type})"


def template(pattern: str, value_of: Callable[[str], str]) -> str:
    """Text with the cells of the headers in braces; null where one of these is empty."""
    parts = re.split(r"\{([^{}]+)\}", pattern)
    return " || ".join(value_of(part) if index % 2 else literal(part) for index, part in enumerate(parts) if part)


_TERM = re.compile(r"\s*(?:\{([^{}|]+)(?:\|(-?\d+(?:\.\d+)?))?\}|(\d+(?:\.\d+)?)|([-+*/()]))")


def computed(expression: str, value_of: Callable[[str], str]) -> str:
    """Arithmetic on headers in braces: `{TTC} - {TVA|0}`, where `|0` is what an empty cell counts for.

    `value_of` gives the number of a header. Raises ValueError where the expression holds anything else.
    """
    sql, position = [], 0
    while position < len(expression.rstrip()):
        match = _TERM.match(expression, position)
        if not match:
            raise ValueError(f"cannot read {expression[position:]!r}: expected {{header}}, a number, + - * / ( or )")
        header, default, constant, operator = match.groups()
        if header:
            sql.append(f"coalesce({value_of(header)}, {default})" if default else value_of(header))
        else:
            sql.append(f"{constant}::decimal(18,6)" if constant else operator)
        position = match.end()
    return f"try_cast(({' '.join(sql)}) as decimal(18,6))"


def terms_in(text: str) -> tuple[tuple[str, str], ...]:
    """(file header, what an empty cell counts for) of each pair of braces in a template or an expression."""
    parts = (part.partition("|") for part in re.findall(r"\{([^{}]+)\}", text))
    return tuple((header, default) for header, _, default in parts)


def headers_in(text: str) -> tuple[str, ...]:
    """The file headers that a template or an expression names."""
    return tuple(header for header, _ in terms_in(text))
