"""A run killed at any moment leaves the old publication, and the next run does the whole work."""

import os
import shutil
import signal
from collections.abc import Callable
from time import monotonic, sleep

import duckdb

from .conftest import Company

PATIENCE_SECONDS = 120


def kill_when(company: Company, moment: Callable[[], bool]) -> None:
    """Start a run and kill its whole process group as soon as the moment has come."""
    process = company.start()
    deadline = monotonic() + PATIENCE_SECONDS
    while not moment():
        assert process.poll() is None, "the run ended before it could be killed"
        assert monotonic() < deadline
        sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_killed_run_leaves_the_old_publication_and_the_next_one_equals_a_clean_one(
    companies: dict[int, Company], build_company: Callable[[int], Company]
) -> None:
    before, clean = companies.values()
    victim = build_company(0)
    shutil.rmtree(victim.exports)
    shutil.copytree(before.home, victim.home, symlinks=True)
    shutil.copytree(clean.exports, victim.exports)
    old = before.published_rows()

    warehouse = victim.home / "warehouse.duckdb"
    wal = warehouse.with_name(warehouse.name + ".wal")
    versions = victim.home / "published" / "versions"
    moments: dict[str, Callable[[], bool]] = {
        "while loading": lambda: wal.exists(),
        "while building": lambda: any((victim.home / "dbt" / "logs").glob("*.log")),
        "while publishing": lambda: any(versions.glob(".*")),
    }
    for name, moment in moments.items():
        kill_when(victim, moment)
        assert victim.published_rows() == old, name

    code, output = victim.run()
    assert code == 0, output
    assert victim.published_rows() == clean.published_rows()


def test_a_reader_keeps_its_version_while_the_next_one_is_published(companies: dict[int, Company]) -> None:
    company = next(iter(companies.values()))
    with duckdb.connect(company.published, read_only=True) as reader:
        before = reader.execute("select count(*) from marts.fct_invoices").fetchall()
        code, output = company.run()
        assert code == 0, output
        assert reader.execute("select count(*) from marts.fct_invoices").fetchall() == before
