"""What is bad stops where it is found: raw check before dbt, dbt before the marts' door, that door before publication.

The pipeline is the real one, on a sender of three deals, a dbt project of one mart and suites whose verdict the test
decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from data_quality.validate import Outcome
from data_quality.vocabulary import Check, Severity, Suite, holds
from ingestion.contract import IngestionError
from ingestion.source import Source
from ingestion.warehouse import EntityReport, LoadReport
from orchestration import dbt_runner
from orchestration.assets import FORCE_TAG, PUBLISHED, build_dbt_assets, build_ingestion, build_publication
from orchestration.checks import build_door
from orchestration.failures import explain_run
from orchestration.home import build_home
from orchestration.publication import find_current
from orchestration.resources import Settings, load_settings
from orchestration.schedules import refresh

PROJECT = {
    "dbt_project.yml": """
name: pilotage
profile: pilotage
models: {pilotage: {+schema: marts, +materialized: table, +persist_docs: {relation: true}}}
""",
    "profiles.yml": """
pilotage: {target: duckdb, outputs: {duckdb: {type: duckdb, path: "{{ env_var('PILOTAGE_WAREHOUSE') }}", threads: 1}}}
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name }}{% endmacro %}
""",
    "models/sources.yml": """
sources: [{name: raw_files, tables: [{name: deals}]}]
""",
    "models/fct_deals.yml": """
models:
  - name: fct_deals
    description: One row per deal.
    meta: {dagster: {group: 04_core}}
    columns: [{name: deal_id, data_tests: [unique]}]
""",
    "models/fct_deals.sql": "select deal_id, ht_doc_amount as deal_ht_eur from {{ source('raw_files', 'deals') }}",
}


@dataclass
class Pipeline:
    """The pipeline of the test, and what it does wrong on purpose."""

    settings: Settings
    instance: dg.DagsterInstance
    keys: tuple[str, ...] = ("a", "b", "c")
    refusal: str | None = None
    failing: set[str] = field(default_factory=set)
    severity: Severity = "critical"

    def run(self) -> dg.ExecuteInProcessResult:
        source = Source(name="files", build=lambda options: options, entities=frozenset({"deals"}))  # type: ignore[arg-type,return-value]
        marts = build_dbt_assets(dbt_runner.prepare_manifest(self.settings))
        doors = [build_door(schema, [self._suite(f"{schema}.{table}")]) for schema, table in RELATIONS]
        definitions = dg.Definitions(
            assets=[
                build_ingestion(source),
                marts,
                build_publication(sorted(marts.keys), [key for door in doors for key in door.check_keys], {}),
            ],
            asset_checks=doors,
            jobs=[refresh],
            resources={"home": build_home(self.settings)},
        )
        job = definitions.resolve_job_def("refresh")
        # Poison is not an input: without the tag a second run would find nothing changed.
        return job.execute_in_process(instance=self.instance, raise_on_error=False, tags={FORCE_TAG: "true"})

    def load(self, source: Source, **options: Any) -> LoadReport:
        """Stand in for `ingestion.warehouse.load`."""
        if self.refusal:
            raise IngestionError(self.refusal)
        with duckdb.connect(self.settings.warehouse) as connection:
            connection.execute("create schema if not exists raw_files")
            connection.execute(
                "create or replace table raw_files.deals (deal_id varchar, ht_doc_amount decimal(18, 2))"
            )
            connection.executemany("insert into raw_files.deals values (?, 10)", [[key] for key in self.keys])
        report = EntityReport("deals", "raw_files.deals", len(self.keys), len(self.keys), 0, 0, 0, False)
        return LoadReport("files", "raw_files", "load", (report,))

    def validate(
        self, suites: Iterable[Suite], warehouse: Path, as_of: date, accept_shrink: tuple[str, ...]
    ) -> list[Outcome]:
        """Stand in for `data_quality.validate.validate`."""
        return [
            Outcome(
                suite.relation,
                check.name,
                suite.relation not in self.failing,
                check.severity,
                0.5,
                "1",
                1,
                check.reason,
                ("deal a",),
                True,
            )
            for suite in suites
            for check in suite.checks
        ]

    def _suite(self, relation: str) -> Suite:
        return Suite(relation, (self._check(),), "deal_id")

    def _check(self) -> Check:
        return holds("amounts_make_sense", "true", "Amounts mislead.", columns=["deal_id"], severity=self.severity)


RELATIONS = (("raw_files", "deals"), ("marts", "fct_deals"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def pipeline(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setattr(dbt_runner, "PROJECT", project)
    made = Pipeline(load_settings(home=tmp_path, as_of=date(2026, 9, 30)), dg.DagsterInstance.ephemeral())
    monkeypatch.setattr("ingestion.warehouse.load", made.load)
    monkeypatch.setattr("data_quality.validate.validate", made.validate)
    monkeypatch.setattr("orchestration.page.render", lambda connection: "<p>A page of reports that are not here</p>")
    return made


def steps_that_succeeded(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.step_key for event in result.all_events if event.is_step_success and event.step_key}


def test_a_clean_run_publishes_what_it_measured(pipeline: Pipeline) -> None:
    result = pipeline.run()
    assert result.success
    assert find_current(pipeline.settings.published)
    materializations = {
        event.asset_key: event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    assert materializations[dg.AssetKey(["raw_files", "deals"])]["dagster/row_count"].value == 3
    mart = materializations[dg.AssetKey(["marts", "fct_deals"])]
    assert (mart["dagster/row_count"].value, mart["total_deal_ht_eur"].value) == (3, 30.0)
    assert materializations[PUBLISHED]["verdict"].value == "passed"


POISONS: dict[str, tuple[Callable[[Pipeline], None], set[str], str]] = {
    "refused_export": (
        lambda pipeline: setattr(pipeline, "refusal", "raw_files.deals: 1 rows. Refusing to replace."),
        set(),
        "load_files: raw_files.deals: 1 rows. Refusing to replace.",
    ),
    "raw_check": (
        lambda pipeline: pipeline.failing.add("raw_files.deals"),
        {"load_files"},
        "raw_files.deals: amounts_make_sense does not hold. Observed 0.5, expected 1. Amounts mislead.",
    ),
    "dbt_test": (
        lambda pipeline: setattr(pipeline, "keys", ("a", "a")),
        {"load_files", "audit_raw_files"},
        "build_marts: dbt: 1 of 2 nodes failed.\nunique_fct_deals_deal_id: Got 1 result, configured to fail if != 0",
    ),
    "mart_check": (
        lambda pipeline: pipeline.failing.add("marts.fct_deals"),
        {"load_files", "audit_raw_files", "build_marts"},
        "marts.fct_deals: amounts_make_sense does not hold. Observed 0.5, expected 1. Amounts mislead.",
    ),
}


@pytest.mark.parametrize("poison", POISONS)
def test_poison_stops_the_run_and_leaves_the_publication(poison: str, pipeline: Pipeline) -> None:
    pipeline.run()
    before = find_current(pipeline.settings.published)
    apply, expected_steps, expected_cause = POISONS[poison]
    apply(pipeline)
    result = pipeline.run()
    assert not result.success
    assert steps_that_succeeded(result) == expected_steps
    assert explain_run(pipeline.instance, result.run_id) == expected_cause
    assert find_current(pipeline.settings.published) == before


def test_a_warning_blocks_nothing_and_is_published_with_the_marts(pipeline: Pipeline) -> None:
    pipeline.severity = "warning"
    pipeline.failing = {"raw_files.deals", "marts.fct_deals"}
    result = pipeline.run()
    assert result.success
    [published] = result.asset_materializations_for_node("publish")
    assert published.metadata["warnings"].value == 2
    assert published.metadata["verdict"].value == "passed_with_warnings"


def test_publication_alone_refuses_marts_that_were_not_audited(pipeline: Pipeline) -> None:
    pipeline.failing = {"marts.fct_deals"}
    pipeline.run()
    publish = build_publication([], [dg.AssetCheckKey(dg.AssetKey(["marts", "fct_deals"]), "amounts_make_sense")], {})
    result = dg.materialize(
        [publish],
        instance=pipeline.instance,
        resources={"home": build_home(pipeline.settings)},
        raise_on_error=False,
    )
    assert not result.success
    assert "only audited marts are published" in explain_run(pipeline.instance, result.run_id)
