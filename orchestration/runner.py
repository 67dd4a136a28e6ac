"""Run the job `refresh` from the command line, and tell a person how it goes.

The run is an ordinary Dagster run, kept in the instance of `dagster.yaml`: `pilotage dev` shows it afterwards.
"""

from __future__ import annotations

import logging
import os
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

import dagster as dg
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from orchestration import publication
from orchestration.failures import explain_run
from orchestration.resources import REPOSITORY, Settings

NO_RETRY_TAGS = {"dagster/max_retries": "0"}
"""A person who typed a command decides about the next try."""


@dataclass
class Step:
    """What was seen of a step while it ran."""

    started: float
    assets: int = 0
    rows: int = 0
    checks: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        parts = []
        if self.assets:
            parts.append(f"{count_noun(self.assets, 'asset')}, {count_noun(self.rows, 'row')}")
        if total := self.checks.total():
            told = [f"{count} {outcome}" for outcome, count in sorted(self.checks.items()) if outcome != "passed"]
            parts.append(count_noun(total, "check") + (f", {', '.join(told)}" if told else " passed"))
        return ", ".join(parts)


class Progress:
    """Prints a line per step, from the events of the run."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._steps: dict[str, Step] = {}
        self.warnings: list[str] = []

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Hear one event of the run."""
        if not entry.is_dagster_event:
            if int(entry.level) == logging.WARNING:
                self._say(entry.user_message)
            return
        event = entry.get_dagster_event()
        key = event.step_key
        if key is None:
            return
        if event.event_type == dg.DagsterEventType.STEP_START:
            self._steps[key] = Step(monotonic())
            self._wait(f"{name_step(key)} ...")
        elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            rows = event.step_materialization_data.materialization.metadata.get("dagster/row_count")
            self._steps[key].assets += 1
            self._steps[key].rows += int(str(rows.value)) if rows is not None else 0
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            self._note_check(key, event.asset_check_evaluation_data)
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
            self._close(key, "[green]done[/]")
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            self._close(key, "[red]failed[/]")
        elif event.event_type == dg.DagsterEventType.STEP_UP_FOR_RETRY:
            self._say(f"{name_step(key)}: failed, will be tried again")
        elif event.event_type == dg.DagsterEventType.STEP_SKIPPED:
            self._say(f"  [dim]{name_step(key):<24}not run[/]")

    def finish(self) -> None:
        """Leave the terminal as it was."""
        self._wait(None)

    def _note_check(self, key: str, evaluation: dg.AssetCheckEvaluation) -> None:
        if evaluation.passed:
            outcome = "passed"
        elif evaluation.severity == dg.AssetCheckSeverity.WARN:
            outcome = "warning"
            reason = f": {evaluation.description}" if evaluation.description else ""
            self.warnings.append(f"{'.'.join(evaluation.asset_key.path)}, {evaluation.check_name}{reason}")
        else:
            outcome = "failed"
        self._steps[key].checks[outcome] += 1

    def _close(self, key: str, verdict: str) -> None:
        self._wait(None)
        step = self._steps[key]
        self._say(f"  {name_step(key):<24}{verdict} in {monotonic() - step.started:5.1f} s   [dim]{step}[/]")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def _wait(self, text: str | None) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        if text is not None and self._console.is_terminal:
            self._status = self._console.status(text)
            self._status.start()


def name_step(key: str) -> str:
    """The name of a step for a person: `audit_raw_files` reads `Audit raw_files`.

    >>> name_step("audit_raw_files"), name_step("publish")
    ('Audit raw_files', 'Publish')
    """
    verb, _, rest = key.partition("_")
    return f"{verb.capitalize()} {rest}".strip()


def count_noun(number: int, noun: str) -> str:
    """A number of things, with narrow no-break spaces between thousands.

    >>> count_noun(1, "row"), count_noun(1234567, "row")
    ('1 row', '1\\u202f234\\u202f567 rows')
    """
    digits = f"{number:,}".replace(",", "\u202f")
    return f"{digits} {noun}" if number == 1 else f"{digits} {noun}s"


def refresh(settings: Settings, console: Console, *, force: bool = False) -> bool:
    """Run the job once, also where nothing has changed if `force` is set; True on success.

    Prints its progress and, where it failed, why and what readers have now.
    """
    from orchestration.assets import FORCE_TAG
    from orchestration.definitions import defs

    run_id = str(uuid.uuid4())
    started = monotonic()
    before = publication.find_current(settings.published)
    tags = NO_RETRY_TAGS | ({FORCE_TAG: "true"} if force else {})
    console.print(f"Refreshing {settings.home} as of {settings.as_of}, run {run_id[:8]}", highlight=False)
    with dg.DagsterInstance.from_config(str(REPOSITORY)) as instance, muffled(console) as loud:
        progress = Progress(loud)
        instance.add_event_listener(run_id, progress)
        try:
            result = defs.resolve_job_def("refresh").execute_in_process(
                instance=instance, run_id=run_id, raise_on_error=False, tags=tags
            )
        finally:
            progress.finish()
        causes = None if result.success else explain_run(instance, run_id)
    for warning in progress.warnings:
        console.print(f"  [yellow]warning[/] {escape(warning)}", highlight=False)
    elapsed = monotonic() - started
    if causes is None:
        console.print(describe_success(before, publication.find_current(settings.published), elapsed), highlight=False)
        return True
    console.print(f"\n[red]The run failed after {elapsed:.1f} s.[/]", highlight=False)
    console.print(escape(causes), highlight=False)
    console.print(f"\n{describe_readers(settings)}", highlight=False)
    console.print(f"The log of the run is in the Dagster UI (`make dev`), run {run_id[:8]}.", highlight=False)
    return False


def describe_success(before: str | None, current: str | None, elapsed: float) -> str:
    """What a run that went well did for readers."""
    if current == before:
        return f"Nothing has changed since the publication {current}: checked in {elapsed:.1f} s."
    return f"Published in {elapsed:.1f} s."


def describe_readers(settings: Settings) -> str:
    """What readers have after a failed run."""
    current = publication.find_current(settings.published)
    if current is None:
        return "Nothing was published, and nothing had been published before."
    return f"Nothing was published: readers still have the former publication, {current}."


@contextmanager
def muffled(console: Console) -> Iterator[Console]:
    """Send what libraries write to the logs of the run only; yield a console that is still heard."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as stream:
        try:
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            yield Console(file=stream, force_terminal=console.is_terminal, width=console.width, soft_wrap=True)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, target in zip(kept, (1, 2), strict=True):
                os.dup2(descriptor, target)
                os.close(descriptor)
            os.close(silence)
