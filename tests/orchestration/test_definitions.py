"""The definitions, as Dagster sees them in a clone where nobody configured anything."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

GROUPS = {
    "01_ingestion",
    "02_staging",
    "03_intermediate",
    "04_core",
    "05_funnel",
    "06_cash",
    "07_profitability",
    "08_alignment",
    "09_steering",
    "10_publication",
}
HEAVY = ("great_expectations", "dlt", "pandas", "pyarrow")
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))
        for name in [name for name in os.environ if name.startswith("PILOTAGE_")]:
            patch.delenv(name)
        os.environ["PILOTAGE_HOME"] = str(tmp_path_factory.mktemp("home"))
        sys.modules.pop("orchestration.definitions", None)
        from orchestration.definitions import defs

        yield defs


def list_operations(definitions: dg.Definitions) -> list[dg.OpDefinition]:
    """The steps of the daily job."""
    nodes = definitions.resolve_job_def("refresh").graph.nodes
    return [node.definition for node in nodes if isinstance(node.definition, dg.OpDefinition)]


@pytest.fixture(scope="module")
def nodes(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


def test_definitions_are_valid(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_every_asset_is_in_a_group_of_the_reading_order(nodes: list[dg.AssetSpec]) -> None:
    assert {node.group_name for node in nodes} == GROUPS


def test_every_asset_is_described_owned_and_has_kinds(nodes: list[dg.AssetSpec]) -> None:
    assert [node.key for node in nodes if not node.description] == []
    assert [node.key for node in nodes if not node.owners] == []
    assert [node.key for node in nodes if "duckdb" not in node.kinds] == []


def test_no_asset_hangs_in_the_air(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert graph.external_asset_keys == set()
    assert {len(key.path) for key in graph.get_all_asset_keys()} == {2}


def test_every_mart_is_published(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    assert graph.get(dg.AssetKey(["published", "pilotage"])).parent_keys == marts


def test_blocking_checks_stand_at_both_doors(definitions: dg.Definitions) -> None:
    checks = definitions.resolve_asset_graph().asset_check_keys
    schemas = {key.asset_key.path[0] for key in checks}
    assert {"raw_files", "marts"} <= schemas


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=PARIS), datetime(2026, 10, 25, tzinfo=PARIS)])
def test_the_schedule_runs_at_six_in_paris_when_clocks_change(definitions: dg.Definitions, day: datetime) -> None:
    schedule = definitions.resolve_schedule_def("every_morning")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    ticks = schedule_execution_time_iterator(day.timestamp(), schedule.cron_schedule, schedule.execution_timezone)
    first, second = next(ticks), next(ticks)
    assert (first.astimezone(PARIS).day, first.astimezone(PARIS).hour) == (day.day, 6)
    assert (second.astimezone(PARIS).day, second.astimezone(PARIS).hour) == (day.day + 1, 6)


def test_every_step_that_touches_the_warehouse_is_in_its_pool(definitions: dg.Definitions) -> None:
    operations = list_operations(definitions)
    assert {operation.pool for operation in operations} == {"warehouse"}
    assert {operation.name for operation in operations} == {
        "load_files",
        "audit_raw_files",
        "build_marts",
        "audit_marts",
        "publish",
    }


def test_only_extraction_is_tried_again(definitions: dg.Definitions) -> None:
    assert [operation.name for operation in list_operations(definitions) if operation.retry_policy] == ["load_files"]


def test_the_failure_sensor_runs(definitions: dg.Definitions) -> None:
    sensor = definitions.resolve_sensor_def("explain_failure")
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_loading_imports_nothing_heavy_and_opens_no_file(definitions: dg.Definitions) -> None:
    home = os.environ["PILOTAGE_HOME"]
    program = f"""
import sys
import orchestration.definitions
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ}, cwd=Path.cwd(), check=True
    )
    assert child.stdout.strip() == "[]"
    assert not (Path(home) / "warehouse.duckdb").exists()
