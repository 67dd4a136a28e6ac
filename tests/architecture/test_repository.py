"""The rules of the repository that no linter knows."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("ingestion", "data_quality", "orchestration", "dbt_project/forecasting")
FORECASTING = REPOSITORY / "dbt_project" / "forecasting"
ARRAYS_ONLY = {"numpy", "pyarrow", "forecasting"}
TOP_LEVEL_FOLDERS = {".ci", "data_quality", "dbt_project", "docs", "ingestion", "orchestration", "tests"}
DRAWERS = {"utils", "common", "helpers", "lib", "misc", "shared"}
MODULE_LINES = 400
REGISTRIES = re.compile("py" + r"pi\.org|python" + r"hosted|npm" + r"js|deb\.debian")


def tracked() -> list[Path]:
    """Every file that git keeps."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    return [path for name in listing.stdout.splitlines() if (path := REPOSITORY / name).exists()]


def modules() -> list[Path]:
    """Every module of the product (not of its tests)."""
    folders = [REPOSITORY / package for package in PACKAGES]
    return [path for path in tracked() if path.suffix == ".py" and any(map(path.is_relative_to, folders))]


def test_the_top_level_is_the_one_that_the_readme_shows() -> None:
    folders = {path.relative_to(REPOSITORY).parts[0] for path in tracked() if path.parent != REPOSITORY}
    assert folders == TOP_LEVEL_FOLDERS


def test_there_is_no_shared_drawer() -> None:
    assert [
        path
        for path in tracked()
        if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(REPOSITORY).parts}
    ] == []


def test_a_module_fits_in_mind() -> None:
    assert [str(path) for path in modules() if len(path.read_text().splitlines()) > MODULE_LINES] == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [path.name for path in modules() if re.search(r"\benviron\b|\bgetenv\b", path.read_text())]
    assert set(readers) <= {"resources.py"}


def test_the_forecast_is_made_of_arrays_only() -> None:
    """No dbt, no DuckDB, no data frame, no clock: its functions can be tested on rows that a test invents."""
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for path in FORECASTING.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported - sys.stdlib_module_names == ARRAYS_ONLY


def test_dbt_downloads_no_package() -> None:
    assert not (REPOSITORY / "dbt_project" / "packages.yml").exists()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock"])
def test_a_lock_pins_by_hash_and_names_no_host(lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= text.count("==")


def test_the_dagster_family_shares_one_release() -> None:
    pins = dict(re.findall(r"^(dagster[\w-]*)==([\d.]+)", (REPOSITORY / "requirements.lock").read_text(), re.M))
    core = {pins[name] for name in ("dagster", "dagster-webserver", "dagster-graphql", "dagster-pipes")}
    assert len(core) == 1
    assert pins["dagster-dbt"].split(".")[-1] == core.pop().split(".")[-1]


def test_nothing_names_a_registry() -> None:
    texts = (path for path in tracked() if path.suffix in {".py", ".sql", ".yml", ".yaml", ".md", ".toml", ".lock", ""})
    assert [str(path) for path in texts if REGISTRIES.search(path.read_text(errors="ignore"))] == []
