"""Run a command and tell what it cost."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).parents[2]
LINUX_RSS_UNIT = 1024
LONGEST_SECONDS = 1800
"""A command that takes longer hangs: it is killed, and the bench fails."""


class Failed(RuntimeError):
    """A measured command did not succeed: its figures would mean nothing."""


@dataclass(frozen=True)
class Cost:
    """What one process and its children spent; `memory_mb` is the peak resident size of the largest of them."""

    cpu: float
    wall: float
    memory_mb: float
    output: str = ""


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run `python <arguments>` from the repository. Raises Failed with the end of its output."""
    variables = {**os.environ, **(environment or {})}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(LONGEST_SECONDS, process.kill)
        watchdog.start()
        output = process.stdout.read()
        watchdog.cancel()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    if process.returncode:
        raise Failed(f"python {' '.join(arguments)} ended with {process.returncode}:\n{output[-3000:]}")
    memory = usage.ru_maxrss * (LINUX_RSS_UNIT if sys.platform != "darwin" else 1) / 1e6
    return Cost(usage.ru_utime + usage.ru_stime, wall, memory, output)


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure, and the output of the last run."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        max(cost.memory_mb for cost in costs),
        costs[-1].output,
    )
