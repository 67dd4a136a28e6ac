"""One run per home folder: a second one waits or says who holds it, and the dead hold nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.home import bury
from orchestration.lock import HomeIsBusy, Owner, hold

HOLDER = """
import sys
from pathlib import Path
from orchestration.lock import hold
with hold(Path(sys.argv[1]), "cafe-run"):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_home(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    told: list[str] = []
    with (
        pytest.raises(HomeIsBusy, match=rf"process {holder.pid} on .*, run cafe, since 20"),
        hold(tmp_path, "second", patience_seconds=0.1, on_wait=told.append),
    ):
        pass
    assert len(told) == 1
    assert f"process {holder.pid}" in told[0]
    holder.communicate("\n", timeout=10)
    with hold(tmp_path, "third", patience_seconds=0):
        pass
    assert not (tmp_path / "pilotage.owner.json").exists()


def test_a_second_process_waits_for_the_first(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    def end(message: str) -> None:
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()

    with hold(tmp_path, "second", patience_seconds=10, on_wait=end):
        pass
    assert holder.wait(timeout=10) == 0


def test_a_killed_process_frees_the_home_and_is_told(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(timeout=10)
    dead: list[Owner] = []
    with hold(tmp_path, "next", patience_seconds=0, on_dead_owner=dead.append):
        pass
    assert [(owner.pid, owner.run_id) for owner in dead] == [(holder.pid, "cafe-run")]
    with hold(tmp_path, "after", patience_seconds=0, on_dead_owner=dead.append):
        pass
    assert len(dead) == 1


def test_the_run_of_a_dead_process_is_failed_and_its_slot_is_free() -> None:
    with dg.DagsterInstance.local_temp() as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots("warehouse", 1)
        run = instance.create_run_for_job(dg.GraphDefinition(name="refresh").to_job())
        assert storage.claim_concurrency_slot("warehouse", run.run_id, "load").is_claimed
        bury(instance, Owner(1, "here", run.run_id, "now"))
        buried = instance.get_run_by_id(run.run_id)
        assert buried is not None
        assert buried.status == dg.DagsterRunStatus.FAILURE
        assert storage.claim_concurrency_slot("warehouse", "another", "load").is_claimed
