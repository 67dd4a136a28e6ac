"""`docs/source-contract.md`, written from `contract.yml`: `python -m ingestion.contract_page`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingestion.contract import PROVENANCE, REJECTS, Column, load_contract

PAGE = Path(__file__).parents[1] / "docs" / "source-contract.md"

_INTRODUCTION = """\
# The source contract

What a sender may deliver. This page is written from `ingestion/contract.yml` by `python -m ingestion.contract_page`:
edit the contract, not the page.

Each entity is one relation `raw_<sender>.<entity>`; all of them exist, empty where the sender has nothing to say. Keys
and references are stored as `<system>:<id>`. A column is *key*, *required* (a row without it is no row) or optional.
Amounts are in the currency of the document, those of credit notes are negative. Days are those of Paris; instants are
UTC."""


def render() -> str:
    """The whole page as Markdown."""
    contract = load_contract()
    sections = [_INTRODUCTION, "## Every row carries", _table((*contract.common, *PROVENANCE))]
    for entity in contract.entities.values():
        sections += [f"## {entity.name}", entity.grain, _table(entity.columns)]
    sections += ["## rejects", "One row per line of an export that is no row of its entity.", _table(REJECTS)]
    return "\n\n".join(sections) + "\n"


def _table(columns: Iterable[Column]) -> str:
    return "\n".join(["| Column | Type | | Meaning |", "|---|---|---|---|", *_rows(columns)])


def _rows(columns: Iterable[Column]) -> Iterator[str]:
    for column in columns:
        presence = "" if column.presence == "optional" else column.presence
        yield f"| `{column.name}` | {column.duckdb_type.lower()} | {presence} | {column.meaning} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
