"""The pages of questions are true: each query, run on the published demo company, gives the answer of the page."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from .conftest import SEEDS, Company

PAGES = tuple((Path(__file__).parents[2] / "docs").glob("*-questions.md"))
QUESTION = re.compile(
    r"^## (?P<question>[^\n]+)\n.*?```sql\n(?P<query>.*?)```\n\n(?P<answer>(?:\|[^\n]*\|\n)+)", re.M | re.S
)
DEMO_SEED = SEEDS[0]


def questions() -> Iterator[tuple[str, str, str]]:
    for page in PAGES:
        for found in QUESTION.finditer(page.read_text(encoding="utf-8")):
            yield found["question"], found["query"], found["answer"]


def to_table(names: list[str], rows: list[tuple[object, ...]]) -> list[list[str]]:
    return [names, *([to_cell(value) for value in row] for row in rows)]


def to_cell(value: object) -> str:
    """A value as the page writes it: empty where unknown, yes or no, else as it is."""
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def read_table(text: str) -> list[list[str]]:
    """The cells of a Markdown table, without the line under its head."""
    head, _, *body = text.strip().splitlines()
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in (head, *body)]


@pytest.mark.parametrize(("question", "query", "answer"), questions(), ids=[question for question, *_ in questions()])
def test_the_page_gives_the_answer(companies: dict[int, Company], question: str, query: str, answer: str) -> None:
    with duckdb.connect(companies[DEMO_SEED].published, read_only=True) as marts:
        cursor = marts.execute(query)
        assert to_table([column[0] for column in cursor.description], cursor.fetchall()) == read_table(answer)


def test_a_dozen_questions_are_asked_of_as_many_reports() -> None:
    asked = {report for _, query, _ in questions() for report in re.findall(r"marts\.(rpt_\w+)", query)}
    assert len(list(questions())) >= 12
    assert len(asked) >= 12
