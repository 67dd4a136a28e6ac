"""The pages of questions are true: each query, run on the published demo company, gives the answer of the page."""

import re
from collections.abc import Iterator

import duckdb
import pytest

from .conftest import SEEDS, Company
from .pages import Asked, answer, asked, to_table

DEMO_SEED = SEEDS[0]
EVERY_QUERY = pytest.mark.parametrize("told", asked(), ids=lambda told: f"{told.page}: {told.heading}")
THEMES = {"A": 5, "B": 6, "C": 6, "D": 5, "E": 5, "F": 3, "G": 5}
OF_MANAGERS = [told for told in asked() if told.page == "questions.md"]


@pytest.fixture(scope="module")
def published(companies: dict[int, Company]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(companies[DEMO_SEED].published, read_only=True) as marts:
        yield marts


@EVERY_QUERY
def test_the_page_gives_the_answer(published: duckdb.DuckDBPyConnection, told: Asked) -> None:
    assert to_table(*answer(published, told.query)).splitlines() == told.answer.splitlines()


@pytest.mark.parametrize(
    "told", [told for told in asked() if told.page == "questions.md"], ids=lambda told: told.heading
)
def test_no_column_of_an_answer_is_empty_or_constant(published: duckdb.DuckDBPyConnection, told: Asked) -> None:
    names, rows = answer(published, told.query)
    assert [name for name, values in zip(names, zip(*rows, strict=True), strict=True) if len(set(values)) < 2] == []
    assert len(rows) > 1


def test_every_question_of_the_managers_is_answered() -> None:
    numbers = [f"{theme}{number}" for theme, last in THEMES.items() for number in range(1, last + 1)]
    assert list(dict.fromkeys(told.heading.split(" — ")[0] for told in OF_MANAGERS)) == numbers


def test_a_dozen_questions_are_asked_about_cash_of_as_many_reports() -> None:
    cash = [told.query for told in asked() if told.page == "cash-questions.md"]
    assert len(cash) >= 12
    assert len({report for query in cash for report in re.findall(r"marts\.(rpt_\w+)", query)}) >= 12
