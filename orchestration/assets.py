"""The assets: what each sender loads, what dbt builds, what is published. Each is a loop over what was discovered."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from ingestion.contract import REJECTS, IngestionError, load_contract
from orchestration import frozen, page, publication
from orchestration.dbt_runner import DbtEvent, build
from orchestration.inputs import find_unchanged, fingerprint_inputs
from orchestration.metadata import OWNER, describe_columns
from orchestration.resources import TIMEZONE, Settings, today

if TYPE_CHECKING:
    from ingestion.contract import Column
    from ingestion.source import Source
    from ingestion.warehouse import EntityReport, LoadReport

EXTRACTION_RETRIES = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""A sender may be away for a moment. What comes after gives the same answer twice, and is not tried again."""

FRESH_BY_EIGHT = dg.FreshnessPolicy.cron("0 8 * * *", lower_bound_delta=timedelta(hours=20), timezone=TIMEZONE)
"""Stale when nothing came between noon of the day before and 08:00: the run of the morning failed, or did not start."""

FORCE_TAG = "pilotage/force"
"""A run with this tag builds and publishes whether anything has changed or not."""

PUBLISHED = dg.AssetKey(["published", "pilotage"])


def build_ingestion(source: "Source") -> dg.AssetsDefinition:
    """The raw relations of a sender, loaded in one step, and the table of the lines that could not be read."""
    entities = [entity for entity in load_contract().entities if entity in source.entities]
    rejects = dg.AssetKey([source.dataset, "rejects"])
    every_line_is_readable = dg.AssetCheckSpec(
        name="no_line_is_rejected",
        asset=rejects,
        description="Every line of the exports could be read; a rejected line is missing from every report.",
    )

    @dg.multi_asset(
        name=f"load_{source.name}",
        specs=[*(_specify_raw(source, entity) for entity in entities), _specify_rejects(source)],
        check_specs=[every_line_is_readable],
        pool="warehouse",
        retry_policy=EXTRACTION_RETRIES,
        required_resource_keys={"home"},
    )
    def load_sender(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from ingestion.warehouse import load

        settings: Settings = context.resources.home
        try:
            report = load(
                source,
                warehouse=settings.warehouse,
                pipelines_dir=settings.dlt,
                options=settings.sender_options,
                accept_shrink=settings.accept_shrink,
                progress=context.log.info,
            )
        except IngestionError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        for entity in report.entities:
            yield dg.MaterializeResult(asset_key=[source.dataset, entity.entity], metadata=_describe_load(entity))
        yield dg.MaterializeResult(asset_key=rejects, metadata={"dagster/row_count": report.rows_rejected})
        yield _count_rejects(report, rejects)

    return load_sender


def _specify_raw(source: "Source", name: str) -> dg.AssetSpec:
    contract = load_contract()
    return _specify_table(source, name, contract.entities[name].grain, contract.raw_columns(name))


def _specify_rejects(source: "Source") -> dg.AssetSpec:
    return _specify_table(
        source, "rejects", "One row per line of the exports that could not be read, with its cause.", REJECTS
    )


def _specify_table(source: "Source", table: str, grain: str, columns: Sequence["Column"]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=[source.dataset, table],
        group_name="01_ingestion",
        description=grain,
        owners=[OWNER],
        kinds={"dlt", "duckdb"},
        freshness_policy=FRESH_BY_EIGHT,
        metadata={
            "dagster/table_name": f"{source.dataset}.{table}",
            "dagster/column_schema": describe_columns(
                (column.name, column.duckdb_type.lower(), column.meaning) for column in columns
            ),
        },
    )


def _describe_load(entity: "EntityReport") -> dict[str, Any]:
    """What became of the rows of an entity; amounts are totals in the currencies of the documents."""
    totals = {f"total_{column}": float(total) for column, total in entity.totals.items()}
    loaded_at = {"loaded_at": dg.MetadataValue.timestamp(entity.loaded_at)} if entity.loaded_at else {}
    return {
        "dagster/row_count": entity.rows_loaded,
        "rows_read": entity.rows_read,
        "rows_rejected": entity.rows_rejected,
        "rows_duplicate": entity.rows_duplicate,
        "rows_filtered": entity.rows_filtered,
        **totals,
        "unchanged_since_last_load": entity.unchanged,
        "files": dg.MetadataValue.md("\n".join(f"- {name}" for name in entity.files) or "none"),
        **loaded_at,
    }


def _count_rejects(report: "LoadReport", rejects: dg.AssetKey) -> dg.AssetCheckResult:
    rejected = {entity.entity: entity.rows_rejected for entity in report.entities if entity.rows_rejected}
    told = ", ".join(f"{count} of {name}" for name, count in rejected.items())
    return dg.AssetCheckResult(
        passed=not rejected,
        asset_key=rejects,
        check_name="no_line_is_rejected",
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{told} could not be read: see {report.dataset}.rejects."
        if rejected
        else "Every line could be read.",
        metadata={
            "rows_rejected": report.rows_rejected,
            **{f"rejected_{name}": count for name, count in rejected.items()},
        },
    )


class Translator(DagsterDbtTranslator):
    """dagster-dbt's own reading of the project; an asset that names no owner gets the default one."""

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone: the SQL is one click away in the project, and hides the grain here."""
        return str(dbt_resource_props.get("description") or "")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """The owners that the project names, or the default one."""
        return super().get_owners(dbt_resource_props) or [OWNER]


def build_dbt_assets(manifest_path: Path) -> dg.AssetsDefinition:
    """Every model and seed of the dbt project as an asset, every data test as a check, in one step.

    The step yields nothing when the current publication is made of the same inputs: Dagster skips what follows.
    """
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    append_only = frozen.find_append_only(manifest_path)
    translator = Translator()

    @dbt_assets(
        manifest=manifest,
        name="build_marts",
        dagster_dbt_translator=translator,
        pool="warehouse",
        required_resource_keys={"home"},
    )
    def build_marts(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        settings: Settings = context.resources.home
        unchanged = None if FORCE_TAG in context.run.tags else find_unchanged(settings)
        if unchanged:
            context.log.info(f"Nothing has changed since the publication {unchanged}: nothing is built or published.")
            return
        back, dropped = frozen.bring_back(settings.warehouse, settings.frozen, append_only, settings.duckdb_config())
        if back or dropped:
            context.log.info(f"{back} snapshots are back from {settings.frozen}; {dropped} of failed runs are dropped.")
        yield from build(context, manifest, translator, settings)

    return build_marts


def build_publication(
    marts: Sequence[dg.AssetKey], audits: Sequence[dg.AssetCheckKey], append_only: Mapping[str, str]
) -> dg.AssetsDefinition:
    """The published version of the marts, which depends on every one of them and on the door in front of it.

    What it shows of `append_only` relations is first kept for good (see `orchestration.frozen`).
    """

    @dg.multi_asset(
        name="publish",
        specs=[_specify_publication(marts)],
        pool="warehouse",
        required_resource_keys={"home"},
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        settings: Settings = context.resources.home
        warnings = _count_warnings(context.instance, audits)
        kept = frozen.keep(settings.warehouse, settings.frozen, append_only, settings.duckdb_config())
        now = datetime.now(UTC)
        done = publication.publish(
            settings.warehouse,
            settings.published,
            publication.Publication(
                publication_id=publication.name_publication(now, context.run_id),
                as_of_on=settings.as_of,
                known_on=settings.known_on or today(),
                published_at=now,
                warning_count=warnings,
                inputs=fingerprint_inputs(settings),
            ),
            page.render,
            settings.duckdb_config(),
        )
        publication.remember(settings.warehouse, done, settings.duckdb_config())
        return dg.MaterializeResult(metadata={**_describe_publication(settings, done), "snapshots_kept": kept})

    return publish


def _specify_publication(marts: Sequence[dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=PUBLISHED,
        deps=marts,
        group_name="10_publication",
        description="What readers open: `published/pilotage.duckdb`, `published/parquet/` and the manager's page, "
        "`published/tableau-de-bord.html`. A complete, audited copy of the marts that replaces the former one in a "
        "single rename; `pilotage revert` goes back to it.",
        owners=[OWNER],
        kinds={"duckdb", "parquet", "html"},
        freshness_policy=FRESH_BY_EIGHT,
    )


def _describe_publication(settings: Settings, done: publication.Publication) -> dict[str, Any]:
    counts = "\n".join(f"| {table} | {count} |" for table, count in done.row_counts.items())
    return {
        "publication_id": done.publication_id,
        "as_of_on": done.as_of_on.isoformat(),
        "verdict": done.verdict,
        "warnings": done.warning_count,
        "dagster/row_count": sum(done.row_counts.values()),
        "tables": dg.MetadataValue.md(f"| table | rows |\n|---|---:|\n{counts}"),
        "file": dg.MetadataValue.path(settings.published / publication.FILE_NAME),
        "parquet": dg.MetadataValue.path(settings.published / "parquet"),
        "page": dg.MetadataValue.path(settings.published / publication.PAGE_NAME),
    }


def _count_warnings(instance: dg.DagsterInstance, audits: Sequence[dg.AssetCheckKey]) -> int:
    """How many checks of the doors warn. Raises PublicationError when a blocking one has not passed, or never ran."""
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(audits)
    warnings, refused = 0, []
    for key in audits:
        evaluation = latest[key].evaluation if key in latest else None
        if not isinstance(evaluation, dg.AssetCheckEvaluation):
            refused.append(f"{key.asset_key.to_user_string()}, {key.name}: not run")
        elif not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR:
            refused.append(f"{key.asset_key.to_user_string()}, {key.name}: failed")
        elif not evaluation.passed:
            warnings += 1
    if refused:
        raise publication.PublicationError(
            f"{len(refused)} checks did not pass, the first is {refused[0]}. "
            "Run the whole job `refresh`: only audited marts are published."
        )
    return warnings
