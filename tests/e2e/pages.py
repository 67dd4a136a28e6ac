"""The pages of `docs/` that show a query and its answer: found, run, and written anew.

After a change of the demo company or of a report:

    python -m tests.e2e.pages PUBLISHED_FILE
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("questions.md", "cash-questions.md", "worked-examples.md")
HEADING = re.compile(r"^## (.+)$", re.M)
ASKED = re.compile(r"(?P<asked>```sql\n(?P<query>.*?)```\n\n)(?P<answer>(?:\|[^\n]*\|\n)*)", re.S)


@dataclass(frozen=True)
class Asked:
    """A query of a page under its heading, and the answer that the page gives."""

    page: str
    heading: str
    query: str
    answer: str


def asked() -> Iterator[Asked]:
    """Every query of the pages, in reading order."""
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        headings = [(found.start(), found[1]) for found in HEADING.finditer(text)]
        for found in ASKED.finditer(text):
            heading = [title for start, title in headings if start < found.start()][-1]
            yield Asked(page, heading, found["query"], found["answer"])


def answer(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """The names of the columns of a query, and its rows."""
    cursor = connection.execute(query)
    return [str(column[0]) for column in cursor.description], cursor.fetchall()


def to_table(names: list[str], rows: list[tuple[object, ...]]) -> str:
    """An answer as a table of Markdown: empty where unknown, yes or no, else as it is; numbers to the right."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    rules = ["---:" if any(is_number(value) for value in column) else "---" for column in columns]
    lines = [names, *([to_cell(value) for value in row] for row in rows)]
    head, *body = (f"| {' | '.join(cells)} |\n" for cells in lines)
    return f"{head}|{'|'.join(rules)}|\n{''.join(body)}"


def is_number(value: object) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, bool)


def to_cell(value: object) -> str:
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def write(published: Path) -> None:
    """Write the answers of a published file into the pages."""
    with duckdb.connect(published, read_only=True) as connection:
        for page in PAGES:
            text = (DOCS / page).read_text(encoding="utf-8")
            told = ASKED.sub(lambda found: found["asked"] + to_table(*answer(connection, found["query"])), text)
            (DOCS / page).write_text(told, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
