"""One run at a time per home folder, across processes: Dagster's queue does not hold back what the command line starts.

The lock is the operating system's, so a killed process frees it at once. The note beside it says who holds it; a note
that outlives its process names a run that was killed, which whoever comes next buries.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.resources import PipelineError

PATIENCE_SECONDS = 600.0
"""How long a second run waits: longer than a daily run of a PME takes."""


class HomeIsBusy(PipelineError):
    """Another process works in the same home folder; the message says which."""


@dataclass(frozen=True)
class Owner:
    """Who holds a home folder, and since when."""

    pid: int
    host: str
    run_id: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, run {self.run_id.split('-')[0]}, since {self.since}"


@contextmanager
def hold(
    home: Path,
    run_id: str,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    on_wait: Callable[[str], None] = lambda message: None,
    on_dead_owner: Callable[[Owner], None] = lambda owner: None,
) -> Iterator[None]:
    """Hold the home folder for the duration of a block.

    Waits at most `patience_seconds` for whoever holds it, after telling `on_wait` who that is. `on_dead_owner` hears of
    a run whose process died with the lock. Raises HomeIsBusy when patience runs out.
    """
    home.mkdir(parents=True, exist_ok=True)
    note = home / "pilotage.owner.json"
    lock = FileLock(home / "pilotage.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait(f"{home} is in use by {_describe(note)}; waiting at most {patience_seconds:.0f} s for it to finish.")
        try:
            lock.acquire(timeout=patience_seconds)
        except Timeout:
            raise HomeIsBusy(
                f"{home} is in use by {_describe(note)}. Wait for that run to end, or stop that process, and run again."
            ) from None
    try:
        if (dead := _read(note)) is not None:
            on_dead_owner(dead)
        _write(note, run_id)
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _write(note: Path, run_id: str) -> None:
    owner = Owner(os.getpid(), socket.gethostname(), run_id, datetime.now(UTC).isoformat(timespec="seconds"))
    draft = note.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(owner)), encoding="utf-8")
    draft.replace(note)


def _read(note: Path) -> Owner | None:
    """The owner that the note names; a note that cannot be read names nobody."""
    try:
        return Owner(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _describe(note: Path) -> str:
    owner = _read(note)
    return str(owner) if owner else "another process"
