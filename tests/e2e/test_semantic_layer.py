"""The headline metrics are the same computed by the semantic layer, from the facts, as in their report, to the cent."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from ingestion.demo import LAST_DAY

from .conftest import SEEDS, Company

REPOSITORY = Path(__file__).parents[2]
DEMO_SEED = SEEDS[0]
A_YEAR_BEFORE = LAST_DAY - timedelta(days=365)


class Renderer:
    """What MetricFlow must know of a database to write SQL for it; the test runs the SQL."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@dataclass(frozen=True)
class Headline:
    """Metrics by some dimensions, and the query of a report that says the same, in the same order of columns."""

    group_by: tuple[str, ...]
    metrics: tuple[str, ...]
    report: str
    where: tuple[str, ...] = ()


HEADLINES = {
    "what was signed in each quarter": Headline(
        ("metric_time__quarter",),
        ("signed_net_ht",),
        "select cohort_start_on, signed_net_ht_eur from rpt_effort_to_result "
        "where team = 'all' and cohort_label <> 'all'",
    ),
    "what was invoiced of each order": Headline(
        ("signed_order",),
        ("invoiced_ht",),
        "select order_id, invoiced_ht_eur from rpt_deal_economics",
        ("{{ Entity('signed_order') }} is not null",),
    ),
    "what was sold in each month": Headline(
        ("metric_time__month",),
        ("sales_ttc",),
        "select date_trunc('month', as_of_on), sales_month_ttc_eur from rpt_ar_health_monthly "
        "where perimeter_kind = 'all' and is_month_end",
    ),
    "what was cashed in each month": Headline(
        ("metric_time__month",),
        ("cashed_ttc",),
        "select bridge_month, sum(step_eur) from rpt_revenue_to_cash_bridge where step in "
        "('cash_of_month_bookings', 'cash_of_earlier_bookings', 'cash_outside_crm', 'credit_notes_used') group by all",
    ),
    "what clients owed at each month's end": Headline(
        ("metric_time__day",),
        ("ar_gross_ttc", "overdue_ttc"),
        "select as_of_on, ar_gross_ttc_eur, overdue_ttc_eur from rpt_ar_health_monthly where perimeter_kind = 'all'",
    ),
    "what each segment owes now": Headline(
        ("client__segment",),
        ("ar_gross_ttc", "overdue_ttc"),
        "select perimeter_label, ar_gross_ttc_eur, overdue_ttc_eur from rpt_ar_health_monthly "
        f"where perimeter_kind = 'segment' and as_of_on = date '{LAST_DAY}'",
    ),
    "what is delivered and not invoiced of each order": Headline(
        ("signed_order",),
        ("unbilled_ttc",),
        "select order_id, unbilled_ttc_eur from rpt_unbilled_deliveries",
    ),
    "how often what is closed is won": Headline(
        ("deal__client_type",),
        ("closed_win_rate",),
        "select perimeter_label, closed_win_ratio from rpt_funnel_conversion "
        "where cohort_label = 'all' and perimeter_kind = 'client_type'",
    ),
    "how often a deal is won within a year": Headline(
        ("deal__client_type",),
        ("cohort_win_rate",),
        "select perimeter_label, cohort_win_365_ratio from rpt_funnel_conversion "
        "where cohort_label = 'all' and perimeter_kind = 'client_type'",
        (f"{{{{ TimeDimension('metric_time', 'day') }}}} <= '{A_YEAR_BEFORE}'",),
    ),
    "what each client leaves": Headline(
        ("client",),
        ("real_margin", "real_margin_rate"),
        "select nullif(client_id, 'unallocated'), real_margin_eur, real_margin_ratio from rpt_client_profitability "
        "where window_label = 'to_date'",
    ),
    "what is kept of the list price": Headline(
        ("metric_time__quarter", "offer"),
        ("invoice_realisation", "price_realisation"),
        "select quarter_on, offer_id, invoice_realisation_ratio, pocket_realisation_ratio from rpt_price_policy "
        "where client_type = 'all' and channel = 'all' and offer_id <> 'unallocated'",
        ("{{ Entity('offer') }} is not null",),
    ),
    "which promises are kept": Headline(
        ("metric_time__month",),
        ("on_time_delivery",),
        "select promised_month, cast(first_kept_count / (first_kept_count + first_broken_count) as decimal(9, 6)) "
        "from rpt_on_time_delivery where team = 'all' and first_kept_count + first_broken_count > 0",
        (f"{{{{ TimeDimension('metric_time', 'day') }}}} < '{LAST_DAY}'",),
    ),
    "what winning costs in each segment and quarter": Headline(
        ("metric_time__quarter", "acquisition_cost__segment"),
        ("sales_and_marketing",),
        "select cohort_start_on, nullif(segment, 'unattributed'), sales_and_marketing_eur "
        "from rpt_acquisition_cost_by_segment where cohort_label <> 'all' and segment <> 'all'",
    ),
}


@pytest.fixture(scope="module")
def semantic_layer(parsed: Path) -> MetricFlowEngine:
    manifest = parse_manifest_from_dbt_generated_manifest((parsed / "semantic_manifest.json").read_text())
    return MetricFlowEngine(SemanticManifestLookup(manifest), Renderer())  # type: ignore[arg-type]  # it connects to nothing


@pytest.fixture(scope="module")
def published(companies: dict[int, Company]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published demo company, under the name that the semantic manifest gives to the warehouse."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{companies[DEMO_SEED].published}' as warehouse (read_only)")
        connection.execute("set search_path = 'warehouse.marts'")
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str, width: int) -> set[tuple[Any, ...]]:
    """The rows of a query that hold something beside their first `width` columns, as reports write them."""
    found = connection.execute(query).fetchall()
    return {tuple(map(as_published, row)) for row in found if any(row[width:])}


def as_published(value: object) -> object:
    """A value as reports hold it: MetricFlow divides in floats, and truncates days to instants."""
    if isinstance(value, float):
        return round(Decimal(value), 6)
    return value.date() if isinstance(value, datetime) else value


@pytest.mark.parametrize("headline", HEADLINES)
def test_the_semantic_layer_agrees_with_the_report(
    semantic_layer: MetricFlowEngine, published: duckdb.DuckDBPyConnection, headline: str
) -> None:
    asked = HEADLINES[headline]
    request = MetricFlowQueryRequest.create(
        metric_names=asked.metrics, group_by_names=asked.group_by, where_constraints=asked.where
    )
    width = len(asked.group_by)
    computed = rows(published, semantic_layer.explain(request).sql_statement.sql, width)
    reported = rows(published, asked.report, width)
    assert reported
    assert (sorted(computed - reported, key=str)[:3], sorted(reported - computed, key=str)[:3]) == ([], [])


def test_every_rate_of_the_semantic_layer_is_compared(manifest: dict[str, Any]) -> None:
    """And every metric that is no part of a rate."""
    served = {metric["name"]: metric["depends_on"]["nodes"] for metric in manifest["metrics"].values()}
    parts = {key.split(".")[-1] for keys in served.values() for key in keys if key.startswith("metric.")}
    compared = {metric for headline in HEADLINES.values() for metric in headline.metrics}
    assert set(served) - parts - compared == set()


def test_the_semantic_layer_is_valid(companies: dict[int, Company], parsed: Path, tmp_path: Path) -> None:
    """`mf validate-configs`, on a project that is what it reads of ours, with the published tables as the warehouse."""
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / "dbt_project" / name, tmp_path)
    (tmp_path / "target").mkdir()
    shutil.copy(parsed / "semantic_manifest.json", tmp_path / "target")
    shutil.copy(companies[DEMO_SEED].published, tmp_path / "warehouse.duckdb")  # DuckDB names a catalog by its file
    unplugged = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"
    )  # `mf` asks whether a newer one exists
    run = subprocess.run(
        [Path(sys.executable).parent / "mf", "validate-configs"],
        cwd=tmp_path,
        env={
            **os.environ,
            **unplugged,
            "DBT_TARGET": "reader",
            "PILOTAGE_PUBLISHED": str(tmp_path / "warehouse.duckdb"),
            "DBT_LOG_PATH": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
