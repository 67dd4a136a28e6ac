"""Measure the pipeline against the limit, print the ratios, write `docs/performance.md`.

python -m tests.benchmark [--lines 1000000] [--big 10000000] [--runs 3]

Everything is measured in one go and interleaved (limit, pipeline, limit, pipeline, ...), so that what else the machine
does weighs on both sides alike.
"""

import argparse
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console

from tests.benchmark.measure import REPOSITORY, Cost, middle, run
from tests.benchmark.report import Doors, Figures, describe, write_page

TINY = 2_000
"""Invoice lines of the company on which nothing but starting up takes time."""
AS_OF = "2026-09-30"

console = Console(width=118)


class Bench:
    """One folder with the exports of each size, and a home per measured run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exports(self, lines: int) -> Path:
        """The exports of a company of that size, generated once."""
        folder = self.folder / f"company-{lines}"
        if not folder.exists():
            console.print(f"Generating {lines:,} invoice lines")
            draft = self.folder / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            run(["-m", "ingestion.demo", "--exports", f"{draft}/exports", "--invoice-lines", str(lines)])
            draft.rename(folder)
        return folder / "exports"

    def home(self, name: str, *, fresh: bool) -> Path:
        """A home of the pipeline, emptied when a first run is measured."""
        home = self.folder / f"home-{name}"
        if fresh:
            shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        return home

    def read_csv(self, lines: int) -> Cost:
        """DuckDB alone reads the files into typed tables."""
        return run(["-m", "tests.benchmark.limit", str(self.exports(lines)), str(self.folder / "limit.duckdb")])

    def limit(self, lines: int) -> Cost:
        """The hand-written script: the files, then the headline reports."""
        return run(["-m", "tests.benchmark.limit", str(self.exports(lines)), str(self.folder / "limit.duckdb"), AS_OF])

    def load(self, lines: int) -> Cost:
        """The load of the pipeline, alone, into a new warehouse."""
        return run(["-m", "tests.benchmark.load", str(self.exports(lines)), str(self.home("load", fresh=True))])

    def pipeline(self, lines: int, *, fresh: bool) -> Cost:
        """The whole job; a run on a home that is not fresh finds nothing changed."""
        home = self.home(f"pipeline-{lines}", fresh=fresh)
        variables = {
            "PILOTAGE_HOME": str(home),
            "PILOTAGE_FILES_DIR": str(self.exports(lines)),
            "PILOTAGE_AS_OF": AS_OF,
            "PILOTAGE_SENDERS": "files",
        }
        return run(["-m", "orchestration.cli", "run"], variables)

    def doors(self, lines: int) -> Doors:
        """The doors alone, on the warehouse of the last run."""
        warehouse = self.home(f"pipeline-{lines}", fresh=False) / "warehouse.duckdb"
        return Doors(**json.loads(run(["-m", "tests.benchmark.doors", str(warehouse), AS_OF]).output.splitlines()[-1]))

    def models(self, lines: int) -> dict[str, float]:
        """Wall seconds of each dbt model of the last run."""
        home = self.home(f"pipeline-{lines}", fresh=False)
        told = run(["-m", "tests.benchmark.nodes"], {"PILOTAGE_HOME": str(home)}).output
        return {name: float(seconds) for name, seconds in json.loads(told.splitlines()[-1]).items()}

    def csv_megabytes(self, lines: int) -> float:
        """Size of the exports."""
        return sum(path.stat().st_size for path in self.exports(lines).rglob("*.csv")) / 1e6


def measure(bench: Bench, lines: int, big: int | None, runs: int) -> Figures:
    """Every figure, in interleaved rounds."""
    for size in (TINY, lines):
        bench.exports(size)
    console.print("Warming byte-code and caches")
    bench.pipeline(TINY, fresh=True)
    costs: dict[str, list[Cost]] = defaultdict(list)
    models: dict[str, float] = {}
    for turn in range(runs):
        console.print(f"Round {turn + 1} of {runs}")
        for name, cost in _round(bench, lines, models):
            costs[name].append(cost)
            console.print(f"  {name:<28}{cost.cpu:8.1f} CPU s{cost.wall:8.1f} s{cost.memory_mb:8.0f} MB")
    if big:
        console.print(f"Growth to {big:,} lines")
        costs["limit, big"].append(bench.limit(big))
        costs["load, big"].append(bench.load(big))
        costs["pipeline, big"].append(bench.pipeline(big, fresh=True))
    return Figures(
        lines=lines,
        big=big,
        runs=runs,
        measured_on=date.today(),
        csv_megabytes=bench.csv_megabytes(lines),
        costs={name: middle(several) for name, several in costs.items()},
        models=models,
        doors=bench.doors(lines),
    )


def _round(bench: Bench, lines: int, models: dict[str, float]) -> Iterator[tuple[str, Cost]]:
    """One measure of everything."""
    yield "read_csv, tiny", bench.read_csv(TINY)
    yield "load, tiny", bench.load(TINY)
    yield "limit, tiny", bench.limit(TINY)
    yield "pipeline, tiny", bench.pipeline(TINY, fresh=True)
    yield "no-op, tiny", bench.pipeline(TINY, fresh=False)
    yield "read_csv", bench.read_csv(lines)
    yield "load", bench.load(lines)
    yield "limit", bench.limit(lines)
    yield "pipeline", bench.pipeline(lines, fresh=True)
    models.update(bench.models(lines))
    yield "no-op", bench.pipeline(lines, fresh=False)


def main() -> None:
    """Parse the command line, measure, print, write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="invoice lines of the company measured")
    parser.add_argument("--big", type=int, help="also measure the growth to this size, once")
    parser.add_argument("--runs", type=int, default=3, help="rounds; medians are shown")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / ".data" / "benchmark", help="where to work")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "performance.md", help="page to write")
    arguments = parser.parse_args()
    bench = Bench(arguments.folder.resolve())
    bench.folder.mkdir(parents=True, exist_ok=True)
    figures = measure(bench, arguments.lines, arguments.big, arguments.runs)
    console.print(describe(figures))
    write_page(figures, arguments.page)
    console.print(f"Written to {arguments.page}")


if __name__ == "__main__":
    main()
