"""The marts of a past day, computed today with what was known then, are those that were published then (I18).

The oracle is the simulator: the exports that the three systems would have given on that evening.
"""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.demo.exports import write_exports
from ingestion.demo.facts import Log
from ingestion.demo.rewind import as_known
from ingestion.demo.simulation import simulate
from ingestion.source import discover
from ingestion.warehouse import load
from orchestration.dbt_runner import DbtRun
from orchestration.resources import Settings, load_settings

THEN = date(2026, 8, 31)
LEDGER = ("fct_payment_allocations", "fct_revenue_chain_events", "fct_order_euro_states", "fct_outside_crm_states")
REPORTS = ("fct_ar_instalment_monthly", "rpt_ar_aging", "rpt_ar_health_monthly")


@pytest.fixture(scope="module")
def log() -> Log:
    return simulate(seed=7)


def build(log: Log, home: Path, known_on: date | None) -> Settings:
    """Load a company's exports and build its ledger and its receivables, as of the end of August."""
    if not (home / "exports").exists():
        write_exports(log, home / "exports")
    settings = load_settings(home=home, files_dir=home / "exports", as_of=THEN, known_on=known_on)
    load(discover()["files"], warehouse=settings.warehouse, pipelines_dir=settings.dlt, options=settings.sender_options)
    selected = [f"+{name}" for name in (*LEDGER, *REPORTS)]
    DbtRun(settings).invoke(["build", "--quiet", "--resource-type", "model", "seed", "--select", *selected])
    return settings


def rows(settings: Settings, relation: str) -> set[tuple[object, ...]]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return set(connection.execute(f"select * from marts.{relation}").fetchall())


@pytest.fixture(scope="module")
def published_then(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(as_known(log, THEN), tmp_path_factory.mktemp("then"), known_on=None)


@pytest.fixture(scope="module")
def recomputed_home(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("now")


def test_last_month_recomputed_with_what_was_known_then_is_what_was_published_then(
    log: Log, published_then: Settings, recomputed_home: Path
) -> None:
    recomputed = build(log, recomputed_home, known_on=THEN)
    for relation in (*LEDGER, *REPORTS):
        then, now = rows(published_then, relation), rows(recomputed, relation)
        assert then, relation
        assert (sorted(then - now, key=str)[:3], sorted(now - then, key=str)[:3]) == ([], []), relation


def test_what_was_entered_since_then_has_changed_that_month(
    log: Log, published_then: Settings, recomputed_home: Path
) -> None:
    restated = build(log, recomputed_home, known_on=None)
    assert rows(restated, "rpt_ar_aging") != rows(published_then, "rpt_ar_aging")
    assert rows(restated, "fct_order_euro_states") != rows(published_then, "fct_order_euro_states")
