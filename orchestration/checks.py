"""The two doors of Great Expectations: what the senders sent, and what we are about to publish.

One op per door judges all its relations; each check of a suite is one check of Dagster. What is critical blocks all
that lies behind the door. Great Expectations takes seconds to import: only the op does it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.resources import Settings

if TYPE_CHECKING:
    from data_quality.validate import Outcome
    from data_quality.vocabulary import Check, Suite


def build_door(schema: str, suites: Sequence["Suite"]) -> dg.AssetChecksDefinition:
    """The door of a schema: `audit_raw_files`, `audit_marts`."""

    @dg.multi_asset_check(
        name=f"audit_{schema}",
        description=f"Great Expectations judges what is in {schema} before anything reads it.",
        specs=[_specify(suite, check) for suite in suites for check in suite.checks],
        can_subset=True,
        compute_kind="greatexpectations",
        pool="warehouse",
        required_resource_keys={"home"},
    )
    def audit(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        from data_quality.validate import validate

        settings: Settings = context.resources.home
        selected = context.selected_asset_check_keys
        judged = [
            suite for suite in suites if any(_key(suite.relation, check.name) in selected for check in suite.checks)
        ]
        for outcome in validate(judged, settings.warehouse, settings.as_of, settings.accept_shrink):
            if _key(outcome.relation, outcome.check_name) in selected:
                yield _report(outcome)

    return audit


def _key(relation: str, name: str) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(dg.AssetKey(relation.split(".")), name)


def _specify(suite: "Suite", check: "Check") -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=check.name,
        asset=suite.relation.split("."),
        description=f"Should it not hold: {check.reason}",
        blocking=check.severity == "critical",
        metadata={"severity": check.severity, "kind": check.kind},
    )


def _report(outcome: "Outcome") -> dg.AssetCheckResult:
    """What Dagster shows of an outcome: what was seen, what was expected, and after a failure what it means."""
    metadata: dict[str, dg.MetadataValue] = {"expected": dg.MetadataValue.text(outcome.expected)}
    if isinstance(outcome.observed, float):
        metadata["observed"] = dg.MetadataValue.float(outcome.observed)
    elif outcome.observed is not None:
        metadata["observed"] = dg.MetadataValue.text(outcome.observed)
    if not outcome.passed:
        metadata["rows_concerned"] = dg.MetadataValue.int(outcome.unexpected_count)
        metadata["examples"] = dg.MetadataValue.md("\n".join(f"- {example}" for example in outcome.examples) or "none")
    return dg.AssetCheckResult(
        passed=outcome.passed,
        asset_key=outcome.relation.split("."),
        check_name=outcome.check_name,
        severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "critical" else dg.AssetCheckSeverity.WARN,
        description=_tell(outcome),
        metadata=metadata,
    )


def _tell(outcome: "Outcome") -> str:
    if not outcome.is_available:
        return "Nothing to judge: the company does not deliver this."
    if outcome.passed:
        return "It holds."
    return outcome.reason[:1].upper() + outcome.reason[1:]
