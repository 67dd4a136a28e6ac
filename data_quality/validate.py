"""Suites x warehouse -> outcomes.

Great Expectations runs in an ephemeral context, without progress bars or telemetry, one batch per relation. It returns
its own crash as a failure, and its results in an order of its own: results are matched by the name of the check, and a
crash raises.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_quality.frames import Measure, open_warehouse, read_measures, read_offenders
from data_quality.vocabulary import Check, CrashedCheck, Severity, Suite

if TYPE_CHECKING:
    import duckdb
    import pandas
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

COMPARED_WITH_THE_PAST = frozenset({"arrival", "volume", "published"})
"""Kinds of checks that an accepted shrink leaves without object."""

HARMLESS = re.compile(r"[a-z_]{1,24}")
"""A text that may be shown as it is: a word of a closed vocabulary, which names nobody."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found.

    `observed` is the measure (a number, or the values found), `expected` what it was held against. `is_available` is
    False where there was nothing to judge: the check then passed. `examples` locate at most ten rows, their texts
    masked.
    """

    relation: str
    check_name: str
    passed: bool
    severity: Severity
    observed: float | str | None
    expected: str
    unexpected_count: int
    reason: str
    examples: tuple[str, ...]
    is_available: bool


def validate(
    suites: Iterable[Suite], warehouse_path: Path | str, as_of: date, accept_shrink: Collection[str] = ()
) -> list[Outcome]:
    """Judge every check of the suites, in their order.

    `accept_shrink` names raw relations that may have lost rows: volumes are not compared with the past for them, nor
    for the marts, which stand on them.

    Raises CrashedCheck when one cannot be judged: an absent relation or column, a warehouse held by a writer, a fault
    of Great Expectations.
    """
    judge = Judge()
    with open_warehouse(warehouse_path) as connection:
        return [
            outcome
            for suite in suites
            for outcome in _validate_suite(judge, connection, _without_past(suite, accept_shrink), as_of)
        ]


def _without_past(suite: Suite, accept_shrink: Collection[str]) -> Suite:
    """The suite, without the comparisons with former volumes that somebody has waived."""
    if suite.relation not in accept_shrink and not (suite.schema == "marts" and accept_shrink):
        return suite
    checks = [
        replace(check, measure="null") if check.kind in COMPARED_WITH_THE_PAST else check for check in suite.checks
    ]
    return replace(suite, checks=tuple(checks))


def _validate_suite(judge: Judge, connection: duckdb.DuckDBPyConnection, suite: Suite, as_of: date) -> list[Outcome]:
    measures = read_measures(connection, suite, as_of)
    verdicts = judge.judge(suite, measures)
    outcomes = []
    for check in suite.checks:
        passed = verdicts.get(check.name, True)
        count = 0
        examples: tuple[str, ...] = ()
        if not passed and check.offenders:
            count, rows = read_offenders(connection, suite, check, as_of)
            examples = tuple(_describe_row(row) for row in rows)
        outcomes.append(
            Outcome(
                relation=suite.relation,
                check_name=check.name,
                passed=passed,
                severity=check.severity,
                observed=_show_measure(measures[check.name]),
                expected=str(check.expectation),
                unexpected_count=count,
                reason=check.reason,
                examples=examples,
                is_available=check.name in verdicts,
            )
        )
    return outcomes


class Judge:
    """Great Expectations, asked about one frame of measures at a time: it writes, shows and tells nothing."""

    def __init__(self) -> None:
        from great_expectations import get_context
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        context.enable_analytics(False)
        asset = context.data_sources.add_pandas("duckdb").add_dataframe_asset("measures")
        self._frames = asset.add_batch_definition_whole_dataframe("of one relation")

    def judge(self, suite: Suite, measures: Mapping[str, Measure]) -> dict[str, bool]:
        """Whether each check holds, by name; a check whose measure is null has nothing to judge and is left out.

        Raises CrashedCheck when Great Expectations crashed, or did not answer for a check.
        """
        from great_expectations import ExpectationSuite

        judged = [check for check in suite.checks if measures[check.name] is not None]
        if not judged:
            return {}
        batch = self._frames.get_batch({"dataframe": _to_frame(judged, measures)})
        expectations = [_build_expectation(check) for check in judged]
        report = batch.validate(
            ExpectationSuite(name=suite.relation, expectations=expectations), result_format="BOOLEAN_ONLY"
        )
        verdicts: dict[str, bool] = {}
        for result in report.results:
            name = _name_of(result)
            if crash := _find_crash(result.exception_info):
                raise CrashedCheck(f"{suite.relation}.{name} could not be judged: {crash}")
            verdicts[name] = bool(result.success)
        if unanswered := [check.name for check in judged if check.name not in verdicts]:
            raise CrashedCheck(f"{suite.relation}: Great Expectations gave no verdict on {', '.join(unanswered)}")
        return verdicts


def _to_frame(checks: Iterable[Check], measures: Mapping[str, Measure]) -> pandas.DataFrame:
    """One column per check: its number alone, or its distinct values."""
    import pandas

    columns = {check.name: measures[check.name] for check in checks}
    return pandas.DataFrame(
        {name: pandas.Series(value if isinstance(value, list) else [value]) for name, value in columns.items()}
    )


def _build_expectation(check: Check) -> Any:
    expectation = check.expectation.build(check.name)
    expectation.meta = {"check": check.name}
    return expectation


def _name_of(result: ExpectationValidationResult) -> str:
    config = result.expectation_config
    if config is None or not config.meta or "check" not in config.meta:
        raise CrashedCheck("Great Expectations gave a verdict on a check without a name")
    return str(config.meta["check"])


def _find_crash(info: Mapping[str, Any] | None) -> str | None:
    """The message of a crash: flat, or nested by metric, as Great Expectations gives both."""
    if not info:
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    for nested in info.values():
        if isinstance(nested, Mapping) and (message := _find_crash(nested)):
            return message
    return None


def _show_measure(measure: Measure) -> float | str | None:
    return ", ".join(sorted({mask(value) for value in measure})[:20]) if isinstance(measure, list) else measure


def _describe_row(row: Mapping[str, Any]) -> str:
    values = ", ".join(
        f"{name}={mask(value) if isinstance(value, str) else value}" for name, value in row.items() if name != "row"
    )
    return f"{row['row']}: {values}" if values else str(row["row"])


def mask(text: str) -> str:
    """The shape of a text, without its letters and digits; a word of a closed vocabulary is shown as it is.

    >>> mask("Jean Dupont 06"), mask("credit_note")
    ('Xxxx Xxxxxx 99', 'credit_note')
    """
    if HARMLESS.fullmatch(text):
        return text
    shape = re.sub(r"[^\W\d_]", lambda letter: "X" if letter[0].isupper() else "x", text[:40])
    return re.sub(r"\d", "9", shape)
