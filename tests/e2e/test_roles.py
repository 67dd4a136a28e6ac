"""The query that each role opens first answers on the published demo company."""

from pathlib import Path

import duckdb
import pytest
import yaml

EXPOSURES = Path(__file__).parents[2] / "dbt_project" / "models" / "exposures.yml"
QUERIES = {
    exposure["name"]: exposure["config"]["meta"]["query"]
    for exposure in yaml.safe_load(EXPOSURES.read_text(encoding="utf-8"))["exposures"]
}


@pytest.mark.parametrize("role", QUERIES)
def test_the_query_of_a_role_answers(marts: duckdb.DuckDBPyConnection, role: str) -> None:
    answer = marts.execute(QUERIES[role])
    names = [column[0] for column in answer.description or []]
    rows = answer.fetchall()
    assert rows
    assert [name for position, name in enumerate(names) if all(row[position] is None for row in rows)] == []
