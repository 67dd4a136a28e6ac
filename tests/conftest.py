"""What several folders share: the dbt manifest, parsed once per session, and how workers share the tests."""

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

REPOSITORY = Path(__file__).parents[1]
DBT_PROJECT = REPOSITORY / "dbt_project"

FOLDERS_OF_ONE_WORKER = frozenset({"data_quality", "demo", "e2e"})
"""Where a fixture lives as long as the session: made twice, it would cost more than a second worker saves."""


class FixtureScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Tests that share fixtures go to one worker: those of a file, or of a folder."""

    def _split_scope(self, nodeid: str) -> str:
        path = PurePosixPath(nodeid.partition("::")[0])
        return str(path.parent if path.parent.name in FOLDERS_OF_ONE_WORKER else path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FixtureScheduling:
    """How the workers of `make test` share the tests."""
    return FixtureScheduling(config, log)


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which dbt wrote what it read of the project: `manifest.json`, `semantic_manifest.json`.

    The first worker that needs it parses the project for all.
    """
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        session = session.parent
    target = session / "dbt-manifest"
    with FileLock(target.with_suffix(".lock")):
        if not (target / "semantic_manifest.json").exists():
            parse(target)
    return target


def parse(target: Path) -> None:
    """Parse the dbt project into a folder."""
    subprocess.run(
        [Path(sys.executable).parent / "dbt", "--quiet", "parse", "--profiles-dir", ".", "--target-path", target],
        cwd=DBT_PROJECT,
        env={**os.environ, "PILOTAGE_WAREHOUSE": str(target / "warehouse.duckdb"), "DBT_LOG_PATH": str(target)},
        check=True,
    )


@pytest.fixture(scope="session")
def manifest(parsed: Path) -> dict[str, Any]:
    """The parsed dbt project, as dbt sees it."""
    read: dict[str, Any] = json.loads((parsed / "manifest.json").read_text())
    return read
