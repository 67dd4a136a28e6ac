"""The demo company, run through the whole pipeline once per seed, as a stranger would run it: from the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.demo import LAST_DAY, write_demo

REPOSITORY = Path(__file__).parents[2]
SEEDS = (7, 11, 23)


@dataclass(frozen=True)
class Company:
    """A company's exports, the truth of its simulator, and the home folder of its pipeline."""

    home: Path
    exports: Path
    truth: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the pipeline reads: this company, seen on its last day."""
        return {
            **os.environ,
            "PILOTAGE_HOME": str(self.home),
            "PILOTAGE_FILES_DIR": str(self.exports),
            "PILOTAGE_AS_OF": LAST_DAY.isoformat(),
        }

    @property
    def published(self) -> Path:
        """The file that readers open."""
        return self.home / "published" / "pilotage.duckdb"

    def start(self) -> subprocess.Popen[bytes]:
        """Start a run of the pipeline, in a process group of its own."""
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "orchestration.cli", "run"],
                cwd=REPOSITORY,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self) -> tuple[int, str]:
        """Run the pipeline to its end; its exit code and what it printed."""
        return self.start().wait(), self.said()

    def said(self) -> str:
        """What the last run has printed so far."""
        return self._log.read_text()

    @property
    def _log(self) -> Path:
        return self.truth.with_name("run.log")

    def published_rows(self) -> dict[str, int]:
        """A digest of each published table, whatever the order of its rows; who published it, and when, is left out."""
        with duckdb.connect(self.published, read_only=True) as connection:
            tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
            return {
                name: connection.execute(f"select coalesce(sum(hash(t)), 0) from marts.{name} as t").fetchall()[0][0]
                for (name,) in tables
                if name != "meta_publication"
            }


@pytest.fixture(scope="session")
def build_company(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Company]:
    """Makes the exports and the truth of a demo company."""

    def build(seed: int) -> Company:
        folder = tmp_path_factory.mktemp(f"company-{seed}-")
        company = Company(folder / "home", folder / "exports", folder / "truth")
        write_demo(company.exports, company.truth, seed=seed)
        return company

    return build


@pytest.fixture(scope="session")
def companies(build_company: Callable[[int], Company]) -> dict[int, Company]:
    """The demo company of each seed, published."""
    built = {seed: build_company(seed) for seed in SEEDS}
    for company in built.values():
        code, output = company.run()
        assert code == 0, output
    return built


@pytest.fixture(params=SEEDS)
def company(companies: dict[int, Company], request: pytest.FixtureRequest) -> Company:
    """One published demo company."""
    return companies[request.param]


@pytest.fixture
def marts(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a reader sees of it, beside the views `truth_<table>` of its simulator."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{company.published}' as published (read_only)")
        for path in company.truth.glob("*.parquet"):
            connection.execute(f"create view truth_{path.stem} as from '{path}'")
        connection.execute("set search_path = 'published.marts,memory.main'")
        yield connection
