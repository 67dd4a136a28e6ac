"""Fixtures that several folders share: the dbt manifest, parsed once per session."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]
DBT_PROJECT = REPOSITORY / "dbt_project"


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which dbt wrote what it read of the project: `manifest.json`, `semantic_manifest.json`."""
    target = tmp_path_factory.mktemp("dbt")
    subprocess.run(
        [Path(sys.executable).parent / "dbt", "--quiet", "parse", "--profiles-dir", ".", "--target-path", target],
        cwd=DBT_PROJECT,
        env={**os.environ, "PILOTAGE_WAREHOUSE": str(target / "warehouse.duckdb"), "DBT_LOG_PATH": str(target)},
        check=True,
    )
    return target


@pytest.fixture(scope="session")
def manifest(parsed: Path) -> dict[str, Any]:
    """The parsed dbt project, as dbt sees it."""
    read: dict[str, Any] = json.loads((parsed / "manifest.json").read_text())
    return read
