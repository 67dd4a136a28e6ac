"""Why a run failed, in plain words: the steps that failed and the blocking checks that stopped it, no traceback."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from dagster_shared.error import SerializableErrorInfo


TOLD_ELSEWHERE = frozenset({"DagsterAssetCheckFailedError", "DagsterExecutionInterruptedError"})
"""Errors of a step whose cause another event tells: the check that blocks, or the end of the run."""


def explain_run(instance: dg.DagsterInstance, run_id: str) -> str:
    """What went wrong in a run, one paragraph per cause."""
    wanted = {
        dg.DagsterEventType.STEP_FAILURE,
        dg.DagsterEventType.ASSET_CHECK_EVALUATION,
        dg.DagsterEventType.RUN_FAILURE,
    }
    events = [entry.get_dagster_event() for entry in instance.all_logs(run_id, of_type=wanted)]
    told = {event.step_key for event in events if _find_description(event)}
    causes = [cause for event in events for cause in _explain_event(event, told)]
    return (
        "\n".join(dict.fromkeys(causes)) or "The run ended without saying why; its page in the Dagster UI has the log."
    )


def _explain_event(event: dg.DagsterEvent, told: Collection[str | None]) -> Iterator[str]:
    """The cause that an event is; `told` are the steps that explain themselves, their checks included."""
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        evaluation = event.asset_check_evaluation_data
        is_stopping = evaluation.blocking and evaluation.severity == dg.AssetCheckSeverity.ERROR
        if is_stopping and not evaluation.passed and event.step_key not in told:
            yield _explain_check(evaluation)
    elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
        error = event.step_failure_data.error
        if description := _find_description(event):
            yield f"{event.step_key}: {description}"
        elif error is not None and error.cls_name not in TOLD_ELSEWHERE:
            yield f"{event.step_key}: {find_reason(error)}"
    elif event.job_failure_data.first_step_failure_event is None:
        error = event.job_failure_data.error
        yield find_reason(error) if error is not None else str(event.message)


def _find_description(event: dg.DagsterEvent) -> str | None:
    """What a step says of its own failure, where it does."""
    if event.event_type != dg.DagsterEventType.STEP_FAILURE:
        return None
    failure = event.step_failure_data.user_failure_data
    return failure.description if failure is not None else None


def _explain_check(evaluation: dg.AssetCheckEvaluation) -> str:
    observed = evaluation.metadata.get("observed")
    expected = evaluation.metadata.get("expected")
    measure = f" Observed {observed.value}, expected {expected.value}." if observed and expected else ""
    reason = f" {evaluation.description}" if evaluation.description else ""
    return f"{'.'.join(evaluation.asset_key.path)}: {evaluation.check_name} does not hold.{measure}{reason}"


def find_reason(error: SerializableErrorInfo) -> str:
    """The message of the error at the bottom of the chain, without the name of its class."""
    if error.cls_name == "DagsterExecutionInterruptedError":
        return "The run was stopped before its end, by a person or by the system."
    while error.cause is not None:
        error = error.cause
    message = error.message.strip()
    name = error.cls_name or ""
    _, found, rest = message.partition(f"{name}: ")
    return rest if found and name else message
