"""The Dagster instance of the repository: its history in the home folder, and what `dagster.yaml` promises."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.resources import REPOSITORY


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    monkeypatch.setenv("PILOTAGE_HOME", str(tmp_path))
    return dg.DagsterInstance.from_config(str(REPOSITORY))


def test_everything_that_dagster_writes_is_in_the_home(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    @dg.asset
    def thing() -> None:
        print("said by the step")

    before = {path.name for path in REPOSITORY.iterdir()}
    result = dg.materialize([thing], instance=instance)
    assert result.success
    assert {path.name for path in REPOSITORY.iterdir()} - before <= {"__pycache__"}
    assert (tmp_path / "dagster" / "history" / "runs" / f"{result.run_id}.db").exists()
    [written] = (tmp_path / "dagster" / "logs").rglob("*.out")
    assert "said by the step" in written.read_text()


def test_the_event_log_is_read_back_by_another_instance(instance: dg.DagsterInstance) -> None:
    @dg.asset
    def thing() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={"dagster/row_count": 3})

    run_id = dg.materialize([thing], instance=instance).run_id
    with dg.DagsterInstance.from_config(str(REPOSITORY)) as other:
        event = other.get_latest_materialization_event(dg.AssetKey("thing"))
        assert event is not None
        assert event.run_id == run_id
        run = other.get_run_by_id(run_id)
        assert run is not None
        assert run.status == dg.DagsterRunStatus.SUCCESS


def test_dagster_yaml_promises(instance: dg.DagsterInstance) -> None:
    assert instance.telemetry_enabled is False
    assert instance.nux_enabled is False
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_max_resume_run_attempts == 0
    assert instance.global_op_concurrency_default_limit == 1
    run_queue = instance.get_concurrency_config().run_queue_config
    assert run_queue is not None
    assert run_queue.max_concurrent_runs == 1
