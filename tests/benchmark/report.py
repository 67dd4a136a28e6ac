"""What the figures say: a table for the terminal, a page for `docs/`."""

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from rich.console import Group
from rich.table import Table

from tests.benchmark.measure import Cost

PACKAGES = ("duckdb", "dlt", "dbt-core", "dbt-duckdb", "great-expectations", "pandas", "dagster")
MODELS_SHOWN = 15
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
STEP = re.compile(r"^\s*(?P<name>\S.*?)\s+done in\s+(?P<seconds>[\d.]+) s", re.MULTILINE)


@dataclass(frozen=True)
class Doors:
    """CPU seconds of the two doors of Great Expectations, and of their SQL alone."""

    import_cpu: float
    raw_checks: int
    raw_sql_cpu: float
    raw_door_cpu: float
    marts_checks: int
    marts_sql_cpu: float
    marts_door_cpu: float


@dataclass(frozen=True)
class Goal:
    """A ratio or a figure, and what it is held against."""

    name: str
    reached: float
    at_most: float
    unit: str = "x"

    @property
    def verdict(self) -> str:
        return "met" if self.reached <= self.at_most else f"missed by {self.reached / self.at_most - 1:.0%}"


@dataclass(frozen=True)
class Figures:
    """Everything that was measured; costs are medians of `runs` runs, by name."""

    lines: int
    big: int | None
    runs: int
    measured_on: date
    csv_megabytes: float
    costs: Mapping[str, Cost]
    models: Mapping[str, float]
    doors: Doors

    def beyond_start(self, name: str) -> float:
        """CPU seconds of a measure, without those of the same measure on a tiny company."""
        return self.costs[name].cpu - self.costs[f"{name.split(',')[0]}, tiny"].cpu

    def goals(self) -> Iterator[Goal]:
        """The goals of the project, with what was reached."""
        costs = self.costs
        yield Goal("load through dlt / raw read_csv", costs["load"].cpu / costs["read_csv"].cpu, 2.5)
        yield Goal("the same, beyond start-up", self.beyond_start("load") / self.beyond_start("read_csv"), 2.5)
        yield Goal("peak memory of the load", costs["load"].memory_mb, 600, " MB")
        yield Goal(
            "whole pipeline / limit, beyond start-up", self.beyond_start("pipeline") / self.beyond_start("limit"), 3
        )
        yield Goal("run that finds nothing changed, tiny company", costs["no-op, tiny"].cpu, 25, " CPU s")
        yield Goal("run that finds nothing changed", costs["no-op"].cpu, 25, " CPU s")
        yield Goal("door of raw / its SQL", self.doors.raw_door_cpu / self.doors.raw_sql_cpu, 2)
        yield Goal("door of marts / its SQL", self.doors.marts_door_cpu / self.doors.marts_sql_cpu, 2)
        if self.big:
            growth = self.big / self.lines
            for name in ("load", "pipeline"):
                reached = self.beyond_start(f"{name}, big") / self.beyond_start(name)
                yield Goal(f"growth of the {name}, x{growth:g} lines", reached, growth)

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Name, CPU seconds, wall seconds and peak memory of each measure."""
        for name, cost in self.costs.items():
            yield name, f"{cost.cpu:.1f}", f"{cost.wall:.1f}", f"{cost.memory_mb:.0f}"

    def steps(self) -> Iterator[tuple[str, str, str, str]]:
        """Wall seconds of each step of the job: tiny company, measured company, nothing changed."""
        told = [dict(STEP.findall(self.costs[name].output)) for name in ("pipeline, tiny", "pipeline", "no-op")]
        for step in told[1]:
            yield step, *(seconds.get(step, "") for seconds in told)

    def slowest(self) -> Iterator[tuple[str, str]]:
        """The dbt models that take longest, in seconds."""
        for node in sorted(self.models, key=self.models.__getitem__, reverse=True)[:MODELS_SHOWN]:
            yield node, f"{self.models[node]:.2f}"

    def reports(self) -> Iterator[tuple[str, str, str]]:
        """What each report costs, in seconds and as a share of all the models, the dearest first."""
        whole = sum(self.models.values())
        reports = [name for name in self.models if name.startswith("marts.rpt_")]
        for name in sorted(reports, key=self.models.__getitem__, reverse=True):
            yield name.removeprefix("marts."), f"{self.models[name]:.2f}", f"{self.models[name] / whole:.1%}"

    def parts(self) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
        """Title, headers and rows of each table."""
        goals = [(g.name, f"{g.reached:.2f}{g.unit}", f"<= {g.at_most:g}{g.unit}", g.verdict) for g in self.goals()]
        yield "Goals (CPU)", ("What", "Reached", "Goal", "Verdict"), goals
        yield f"Costs, medians of {self.runs}", ("What", "CPU s", "Wall s", "Peak MB"), list(self.rows())
        yield "Steps of the job, wall s", ("Step", "Tiny", f"{self.lines:,} lines", "No-op"), list(self.steps())
        total = f"Slowest of {len(self.models)} dbt models, wall s"
        yield total, ("Model", "Seconds"), list(self.slowest())
        yield "Cost of each report, wall s", ("Report", "Seconds", "Share of the models"), list(self.reports())
        doors = self.doors
        yield (
            "Doors of Great Expectations, CPU s",
            ("Door", "Checks", "SQL alone", "Whole door"),
            [
                ("raw", f"{doors.raw_checks}", f"{doors.raw_sql_cpu:.2f}", f"{doors.raw_door_cpu:.2f}"),
                ("marts", f"{doors.marts_checks}", f"{doors.marts_sql_cpu:.2f}", f"{doors.marts_door_cpu:.2f}"),
                ("import", "", "", f"{doors.import_cpu:.2f}"),
            ],
        )


def describe(figures: Figures) -> Group:
    """The tables, for a terminal."""
    tables = []
    for title, headers, rows in figures.parts():
        table = Table(title=title, title_justify="left", title_style="bold")
        for position, header in enumerate(headers):
            table.add_column(header, justify="right" if position else "left")
        for row in rows:
            table.add_row(*row)
        tables.append(table)
    return Group(*tables)


def write_page(figures: Figures, page: Path) -> None:
    """Replace the figures of the page, between its two marks; what a person wrote around them stays."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{_to_markdown(figures)}\n{END}{after}", encoding="utf-8")


def _to_markdown(figures: Figures) -> str:
    lines = [
        f"{figures.lines:,} invoice lines ({figures.csv_megabytes:,.0f} MB of CSV), {figures.runs} interleaved rounds, "
        f"{figures.measured_on}. {_machine()}",
        "",
    ]
    for title, headers, rows in figures.parts():
        lines += [f"### {title}", "", f"| {' | '.join(headers)} |", f"|---{'|---:' * (len(headers) - 1)}|"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def _machine() -> str:
    """What was measured on, without naming it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}, "
        f"Python {platform.python_version()}; {packages}."
    )
