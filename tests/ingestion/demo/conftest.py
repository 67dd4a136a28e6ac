"""One simulated company for all the tests of the demo."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.demo.exports import write_exports
from ingestion.demo.facts import Log
from ingestion.demo.simulation import simulate
from ingestion.demo.truth import write_truth
from ingestion.demo.truth_ledger import Ledger


@pytest.fixture(scope="session")
def log() -> Log:
    """The event log of the default seed."""
    return simulate(7)


@pytest.fixture(scope="session")
def ledger(log: Log) -> Ledger:
    """The log in euro."""
    return Ledger(log)


@pytest.fixture(scope="session")
def demo_dir(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `exports` and `truth`."""
    folder = tmp_path_factory.mktemp("demo")
    write_exports(log, folder / "exports")
    write_truth(log, folder / "truth")
    yield folder
