"""The two doors alone, beside their own SQL: `python -m tests.benchmark.doors WAREHOUSE AS_OF`.

Prints one line of JSON: the CPU seconds of the import and, per door, the checks, and the CPU seconds of the fused scans
and of the whole validation.
"""

import json
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from data_quality.frames import open_warehouse, read_measures
from data_quality.suites import discover
from data_quality.validate import Judge, validate
from data_quality.vocabulary import Suite


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds, user and system, that this process spends on a piece of work."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(warehouse: Path, as_of: date) -> None:
    """Measure each door after a first suite, which warms what Great Expectations imports late."""
    figures: dict[str, float] = {"import_cpu": cpu_of(Judge)}
    for door, schema in (("raw", "raw_files"), ("marts", "marts")):
        suites = discover(schema)
        validate(suites[:1], warehouse, as_of)
        figures[f"{door}_checks"] = sum(len(suite.checks) for suite in suites)
        figures[f"{door}_sql_cpu"] = cpu_of(partial(scan, suites, warehouse, as_of))
        figures[f"{door}_door_cpu"] = cpu_of(partial(validate, suites, warehouse, as_of))
    print(json.dumps(figures))


def scan(suites: Sequence[Suite], warehouse: Path, as_of: date) -> None:
    """The fused scans of the suites, judged by nobody."""
    with open_warehouse(warehouse) as connection:
        for suite in suites:
            read_measures(connection, suite, as_of)


if __name__ == "__main__":
    run(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
