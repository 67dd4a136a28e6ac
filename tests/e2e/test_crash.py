"""A run killed at any moment leaves the old publication, and the next run does the whole work; readers never notice.

What is append-only is history, not work: the victim keeps the forecasts that it made before, which a clean company
never made, and what learns from them differs too. Everything else is the same.
"""

import os
import shutil
import signal
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import duckdb
import pytest

from .conftest import Company

PATIENCE_SECONDS = 120
SNAPSHOTS = "fct_cash_forecast_snapshots"


@pytest.fixture
def victim(companies: dict[int, Company], build_company: Callable[[int], Company]) -> Company:
    """The first company, published, which now delivers what the last one does."""
    before, *_, clean = companies.values()
    company = build_company(0)
    shutil.copytree(before.home, company.home, symlinks=True)
    shutil.rmtree(company.exports)
    shutil.copytree(clean.exports, company.exports)
    return company


def kill_when(company: Company, moment: Callable[[], bool]) -> None:
    """Start a run and kill its whole process group as soon as the moment has come."""
    process = company.start()
    deadline = monotonic() + PATIENCE_SECONDS
    while not moment():
        assert process.poll() is None, f"the run ended before it could be killed:\n{company.said()}"
        assert monotonic() < deadline
        sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def learning_from_history(manifest: dict[str, Any]) -> set[str]:
    """The published tables that are made of append-only relations."""
    nodes = manifest["nodes"]
    reached = [key for key, node in nodes.items() if node.get("config", {}).get("meta", {}).get("append_only")]
    assert reached
    for key in reached:
        reached += [child for child in manifest["child_map"][key] if child in nodes and child not in reached]
    return {nodes[key]["name"] for key in reached if nodes[key]["schema"] == "marts"}


def test_a_killed_run_leaves_the_old_publication_and_the_next_one_equals_a_clean_one(
    companies: dict[int, Company], victim: Company, manifest: dict[str, Any]
) -> None:
    before, *_, clean = companies.values()
    old = before.published_rows()
    with duckdb.connect(before.published, read_only=True) as connection:
        before_count = connection.execute("select count(*) from marts.fct_invoices").fetchall()
    writing = victim.home / "warehouse.duckdb.wal"
    versions = victim.home / "published" / "versions"
    moments: dict[str, Callable[[], bool]] = {
        "while loading": writing.exists,
        "while building": lambda: "Audit raw_files" in victim.said() and writing.exists(),
        "while publishing": lambda: any(versions.glob(".*")),
    }
    for name, moment in moments.items():
        kill_when(victim, moment)
        assert victim.published_rows() == old, name

    with duckdb.connect(victim.published, read_only=True) as reader:
        code, output = victim.run()
        assert code == 0, output
        assert reader.execute("select count(*) from marts.fct_invoices").fetchall() == before_count
    rows, expected = victim.published_rows(), clean.published_rows()
    assert rows[SNAPSHOTS] == old[SNAPSHOTS]
    history = learning_from_history(manifest)
    assert SNAPSHOTS in history
    assert {name: digest for name, digest in rows.items() if name not in history} == {
        name: digest for name, digest in expected.items() if name not in history
    }
