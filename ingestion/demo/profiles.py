"""The profile that tells the `files` sender how to read each system's exports."""

import json
from collections.abc import Mapping
from pathlib import Path

from ingestion.demo.company import NAME, SIREN
from ingestion.demo.layout import NARROW_SPACE, System, Table


def _quoted(text: str) -> str:
    """Return a text as a YAML double-quoted scalar, its invisible spaces as escapes."""
    plain = json.dumps(text, ensure_ascii=False)
    return plain.replace("\u202f", "\\u202f").replace("\u00a0", "\\u00a0")


def _flow(mapping: Mapping[str, str], *, quote_keys: bool = False) -> str:
    """Return a mapping on one line."""
    items = (f"{_quoted(key) if quote_keys else key}: {_quoted(value)}" for key, value in mapping.items())
    return "{" + ", ".join(items) + "}"


def _entity(table: Table) -> list[str]:
    lines = [f"  # {table.note}"] if table.note else []
    lines += [f"  {table.entity}:", f"    files: {_quoted(table.files or table.file_name)}"]
    if table.sheet:
        lines.append(f"    sheet: {_quoted(table.sheet)}")
    if table.encoding:
        lines.append(f"    encoding: {table.encoding}")
    if table.thousands:
        lines.append(f"    thousands: {_quoted(table.thousands)}")
    lines.append("    columns:")
    lines += [f"      {canonical}: {_quoted(header)}" for canonical, header, _ in table.fields]
    if table.values:
        lines.append("    values:")
        for canonical, words in table.values.items():
            pairs = ", ".join(f"{_quoted(word)}: {value}" for value, word in words.items())
            lines.append(f"      {canonical}: {{{pairs}}}")
    if table.constants:
        lines.append(f"    constants: {_flow(table.constants)}")
    if table.where:
        conditions = (
            f"{_quoted(header)}: {condition if isinstance(condition, str) else _flow(condition)}"
            for header, condition in table.where.items()
        )
        lines.append(f"    where: {{{', '.join(conditions)}}}")
    if table.references:
        lines.append(f"    references: {_flow(table.references)}")
    if table.skip_footer:
        lines.append(f"    skip_footer: {table.skip_footer}")
    return lines


def write_profile(system: System, exports_dir: Path) -> None:
    """Write `profile.yml` in the system's folder."""
    defaults = {
        "encoding": system.encoding,
        "separator": ";",
        "decimal": ",",
        "thousands": NARROW_SPACE,
        "date_format": "%d/%m/%Y",
        "instant_format": "%d/%m/%Y %H:%M",
        "timezone": "Europe/Paris",
    }
    lines = [
        f"# {system.note}",
        f"company: {{name: {_quoted(NAME)}, siren: {_quoted(SIREN)}}}",
        f"system: {system.code}",
        "max_reject_ratio: 0.01",
        "defaults:",
        *(f"  {name}: {_quoted(value)}" for name, value in defaults.items()),
        "entities:",
    ]
    for table in system.tables:
        lines += _entity(table)
    (exports_dir / system.folder / "profile.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
