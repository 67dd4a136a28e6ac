"""dbt in this process: one warm interpreter, where a second one would import dbt and read the project again.

dagster-dbt does the rest: what the assets and checks are, and what the events of dbt mean to Dagster.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from filelock import FileLock

from orchestration.metadata import Measures, Preview, measure_relations
from orchestration.resources import REPOSITORY, PipelineError, Settings, environment

PROJECT = REPOSITORY / "dbt_project"
RESULT_EVENTS = frozenset({"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogTestResult"})
SAID_LEVELS = frozenset({"info", "warn", "error"})
NO_LOG = ("--log-level", "none", "--log-level-file", "none")
"""dbt writes each of its thousands of debug events as text before it drops it: a sixth of the cost of a build."""

MESSAGE_WIDTH = 400
NOT_SOURCE = frozenset({"target", "logs", "__pycache__"})

DbtEvent = (
    dg.Output[Any] | dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult | dg.AssetCheckEvaluation
)


class DbtError(PipelineError):
    """dbt refused the project, or a node failed; the message is what dbt said, one line per node."""


def prepare_manifest(settings: Settings) -> Path:
    """The manifest of the project as it stands, parsed again only when a file of the project or the senders changed.

    Raises DbtError when dbt cannot parse the project.
    """
    manifest = settings.dbt_target.parent / "manifest.json"
    stamp = manifest.with_suffix(".stamp")
    fingerprint = _fingerprint(settings)
    if _is_current(manifest, stamp, fingerprint):
        return manifest
    manifest.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(manifest.with_suffix(".lock")):
        if not _is_current(manifest, stamp, fingerprint):
            DbtRun(settings).invoke(["parse"])
            draft = manifest.with_suffix(".draft")
            draft.write_bytes((settings.dbt_target / "manifest.json").read_bytes())
            draft.replace(manifest)
            stamp.write_text(fingerprint, encoding="utf-8")
    return manifest


def build(
    context: dg.AssetExecutionContext,
    manifest: Mapping[str, Any],
    translator: DagsterDbtTranslator,
    settings: Settings,
) -> Iterator[DbtEvent]:
    """Build what the context selects, once, and yield what Dagster must know of it.

    Raises dagster.Failure, after the events, when a node failed: nothing behind this step runs then.
    """
    selection = get_updated_cli_invocation_params_for_context(context, manifest, translator)
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json", *selection.selection_args]
    if selection.indirect_selection:
        arguments += ["--indirect-selection", selection.indirect_selection]
    run = DbtRun(settings, say=print)
    failure: DbtError | None = None
    try:
        run.invoke(arguments)
    except DbtError as error:
        failure = error
    # After a failure dbt may still hold the file: its reasons matter more than what it had built.
    measures = {} if failure else measure_built(run.results, manifest, settings)
    for event in run.results:
        for translated in DbtCoreCliEventMessage(raw_event=event, event_history_metadata={}).to_default_asset_events(
            manifest=manifest,
            dagster_dbt_translator=translator,
            context=context,
            target_path=settings.dbt_target,
        ):
            yield _add_measures(translated, measures.get(event["data"]["node_info"]["unique_id"]))
    if failure:
        raise dg.Failure(str(failure), allow_retries=False) from failure


def measure_built(
    results: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any], settings: Settings
) -> dict[str, Measures]:
    """Rows and euros of the tables that dbt just built, by the identifier of their node."""
    nodes = [manifest["nodes"][result["data"]["node_info"]["unique_id"]] for result in results]
    relations = {
        node["unique_id"]: f"{node['schema']}.{node['alias']}" for node in nodes if node["resource_type"] != "test"
    }
    if not settings.warehouse.exists():
        return {}
    previews = {
        relations[node["unique_id"]]: Preview(**shown)
        for node in nodes
        if (shown := node["config"].get("meta", {}).get("preview"))
    }
    found = measure_relations(settings.warehouse, relations.values(), settings.duckdb_config(), previews)
    return {unique_id: found[relation] for unique_id, relation in relations.items() if relation in found}


def _add_measures(event: DbtEvent, measures: Measures | None) -> DbtEvent:
    if measures is None or not isinstance(event, dg.Output):
        return event
    return dg.Output(event.value, output_name=event.output_name, metadata={**event.metadata, **measures.to_metadata()})


@dataclass
class DbtRun:
    """One invocation of dbt, and the results of its nodes as dbt's own log would write them."""

    settings: Settings
    say: Callable[[str], None] = lambda line: None
    results: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, arguments: Sequence[str]) -> None:
        """Run a dbt command on the project of this repository.

        Raises DbtError with the reasons of dbt.
        """
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        paths = {
            "--project-dir": PROJECT,
            "--profiles-dir": PROJECT,
            "--target-path": self.settings.dbt_target,
            "--log-path": self.settings.dbt_logs,
        }
        options = [str(part) for pair in paths.items() for part in pair]
        self.settings.spill.mkdir(parents=True, exist_ok=True)
        try:
            with (
                environment({**self.settings.dbt_environment(), "PILOTAGE_DBT_PROJECT": str(PROJECT)}),
                _interruptible(),
            ):
                outcome = dbtRunner(callbacks=[self._note]).invoke([*arguments, *options, *NO_LOG])
        finally:
            # dbt-duckdb keeps the file open until the process ends, and the next steps want it.
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # dbt-duckdb has no types
        if isinstance(outcome.exception, KeyboardInterrupt):
            raise dg.DagsterExecutionInterruptedError from outcome.exception
        if not outcome.success:
            raise DbtError(_explain(outcome))

    def _note(self, event: Any) -> None:
        from dbt_common.events.functions import msg_to_dict

        if event.info.level in SAID_LEVELS:
            self.say(event.info.msg)
        if event.info.name in RESULT_EVENTS:
            self.results.append(msg_to_dict(event))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Interrupt dbt in the way it knows: KeyboardInterrupt cancels its queries, Dagster's own interrupt would not."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _explain(outcome: Any) -> str:
    if outcome.exception is not None:
        return f"dbt: {outcome.exception}"
    failed = [result for result in outcome.result.results if result.status in ("error", "fail")]
    lines = [f"{result.node.name}: {shorten(str(result.message), MESSAGE_WIDTH)}" for result in failed]
    return "\n".join([f"dbt: {len(failed)} of {len(outcome.result.results)} nodes failed.", *lines])


def _fingerprint(settings: Settings) -> str:
    """What the manifest depends on: the files of the project, and the senders that the unions read."""
    digest = hashlib.sha256(json.dumps([settings.senders, str(settings.warehouse)]).encode())
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = sorted(set(folders) - NOT_SOURCE)
        for name in sorted(files):
            status = (Path(folder) / name).stat()
            digest.update(f"{folder}/{name}:{status.st_mtime_ns}:{status.st_size}\n".encode())
    return digest.hexdigest()


def _is_current(manifest: Path, stamp: Path, fingerprint: str) -> bool:
    return manifest.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint
