"""A small warehouse in which every claim of every suite holds, so that a test may spoil one thing at a time."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import duckdb
import yaml

from data_quality.suites import discover
from data_quality.vocabulary import OneOf, Suite

REPOSITORY = Path(__file__).parents[2]
AS_OF = date(2026, 9, 30)
ROWS = 40

RAW_TYPES = {
    "text": "varchar",
    "date": "date",
    "instant": "timestamptz",
    "money": "decimal(18,2)",
    "price": "decimal(18,6)",
    "quantity": "decimal(18,6)",
    "ratio": "decimal(9,6)",
    "hours": "decimal(9,2)",
    "integer": "bigint",
    "boolean": "boolean",
}

CONSTANTS: dict[str, Any] = {
    "bounced_on": AS_OF,
    "change_kind": "signature",
    "closed_at": datetime(AS_OF.year, AS_OF.month, AS_OF.day, 8, tzinfo=UTC),
    "country_code": "FR",
    "currency_code": "EUR",
    "doc_type": "invoice",
    "email_domain": "exemple.fr",
    "hourly_cost_eur": 40,
    "pipeline": "ventes",
    "quantity": 2,
    "net_unit_price": 50,
    "siren": "123456782",
    "source_file": "export.csv",
    "source_system": "gestion",
    "spent_month": AS_OF.replace(day=1),
    "standard_cost_eur": 60,
    "team": "Équipe Ouest",
    "valid_to_on": AS_OF,
    "valid_until_on": AS_OF,
    "vat_doc_amount": 20,
    "week_on": date(2026, 9, 28),
}
"""Values without which the columns of one row would contradict each other."""

BY_NAME = (("ttc", 120), ("ht", 100), ("count", 100), ("days", 30), ("ratio", 0.2))

MARTS: dict[str, str] = {
    "rpt_ar_aging": f"as_of_on = date '{AS_OF}', aging_bucket = if(rowid % 10 = 0, '91+', 'not_due')",
    "rpt_ar_health_monthly": f"as_of_on = date '{AS_OF}', perimeter_kind = 'all', cei_quarter_ratio = 0.8",
    "rpt_client_cash_tension": f"as_of_on = date '{AS_OF}', has_tension = rowid = 0",
    "rpt_client_credit_risk": "suggested_provision_ht_eur = 10",
    "rpt_client_payment_behaviour": "is_latest = true, bounced_count = 1",
    "rpt_cash_forecast_13w": "layer = 'all'",
    "rpt_cash_forecast_backtest": "client_type = 'all', horizon_label = '1-4', "
    "layer = ['receivables', 'all'][1 + rowid % 2], interval_coverage_ratio = 0.8",
    "rpt_client_profitability": "is_pool = false, window_label = 'to_date', cost_coverage_ratio = 0.8",
    "ctl_link_coverage": "link_type = 'order_invoice', document_eur = 100, linked_eur = 95",
    "rpt_drift_alerts": "is_latest = true, rule_id = ['late_invoicing', 'client_over_limit'][1 + rowid % 2]",
    "rpt_exec_scorecard": "is_latest = true",
    "ctl_restatements": "as_of_on = date '2026-08-31', delta_ratio = 0.1",
    "rpt_deal_margin_versions": "is_latest = false, real_margin_eur = 100, late_entries_eur = 1",
    "rpt_margin_by_offer": "is_pool = false, has_enough_orders = true, cohort_label = 'all', cost_coverage_ratio = 0.8",
    "rpt_margin_by_deal_typology": "typology_axis = 'channel'",
    "rpt_acquisition_cost_by_segment": "cohort_label = 'all', is_unattributed = rowid = 0",
    "rpt_target_backtest": "ranked_by = 'value', tier = 1, lift_ratio = 1.5",
    "rpt_effort_to_result": "cohort_label = 'all', team = 'all', sales_hours = 1000",
    "rpt_deal_economics": "is_complete = true, has_traced_cost = true, realisation_ratio = 0.8",
    "rpt_discount_leakage": "discount_origin = ['contract', 'manual', 'unexplained'][1 + rowid % 3], "
    "discount_ht_eur = if(rowid % 3 = 2, 1, 10), unlisted_ht_eur = 0",
    "rpt_price_policy": "client_type = 'PME', is_below_floor = rowid % 10 = 0",
    "rpt_price_waterfall": "pocket_price_ht_eur = 80",
    "rpt_revenue_to_cash_bridge": "step = ['promised', 'vat', 'unpromised', 'signed', 'pushed_out'][1 + rowid % 5], "
    "step_eur = [100, 20, 5, 90, -30][1 + rowid % 5], unknown_count = 10",
    "rpt_signed_euro_chain": "step = ['proposed', 'signed', 'cashed'][1 + rowid % 3]",
    "rpt_bookings_to_cash_cohorts": "client_type = 'all', horizon_days = 360, is_mature = true, cashed_ttc_eur = 110",
    "rpt_invoicing_cadence": "team = 'all', segment = 'all', is_month_over = true, late_ttc_eur = 30, "
    f"unbilled_ttc_eur = 1, delivered_month = date '{AS_OF}' - interval (rowid) month",
    "rpt_d441_6_table": "table_label = ['I', 'II'][1 + rowid % 2]",
    "rpt_late_penalties": "is_rate_missing = false, late_euro_days = 3650, late_penalty_eur = 1.2",
    "rpt_lme_compliance": "is_contract_term_too_long = rowid % 10 = 0",
    "rpt_capacity_load": "worked_hours = 30, capacity_hours = 35, saturation_ratio = 0.9",
    "rpt_delivery_effort": "sale_type = 'all', time_coverage_ratio = 0.9, observed_keur_hours = 3",
    "rpt_on_time_delivery": "team = 'all', first_kept_count = 2, first_broken_count = 3",
    "rpt_promise_feasibility": "promise_verdict = 'feasible'",
    "rpt_pipeline_bridge": "close_window = 'all', bridge_month = date '2026-09-01', closing_stale_count = 20",
    "rpt_sales_forecast_accuracy": "layer = 'promised', perimeter_kind = 'all'",
    "rpt_won_vs_proposed": "cohort_label = 'all', perimeter_kind = 'all'",
    "fct_invoice_instalments": "due_on = issued_on + 45, has_due_date_mismatch = false",
    "dim_client_identities": "client_id = rowid",
    "fct_deals": "outcome = ['won', 'lost'][1 + rowid % 2]",
    "fct_invoices": "doc_type = if(rowid % 10 = 0, 'credit_note', 'invoice'), "
    "invoiced_ht_eur = if(rowid % 10 = 0, -100, 100)",
    "fct_margin_entries": "entry_kind = ['revenue', 'production_hours', 'cost_of_credit'][1 + rowid % 3], "
    "entry_eur = [100, -60, -1][1 + rowid % 3]",
    "fct_order_euro_states": f"as_of_on = date '{AS_OF}', over_invoiced_ttc_eur = 0",
    "fct_payment_allocations": "allocation_kind = if(rowid % 10 = 0, 'unallocated', 'payment')",
    "fct_sales_forecast_snapshots": "expected_close_on = snapshot_on + 30",
    "fct_quote_versions": "discount_ht_eur = 10",
    "fct_revenue_chain_events": "event_type = ['signed', 'delivered', 'invoiced', 'paid'][1 + rowid % 4]",
}
"""What makes a mart believable, where the names of its columns do not tell."""


@dataclass(frozen=True)
class Warehouse:
    """A connection that may be spoiled, and the suites that its tables satisfy."""

    connection: duckdb.DuckDBPyConnection
    suites: tuple[Suite, ...]

    def copy_to(self, path: Path, *relations: str) -> Path:
        """The named tables, as they are now, in a file that checks can open."""
        self.connection.execute(f"attach '{path}' as copy")
        for relation in relations:
            self.connection.execute(f"create schema if not exists copy.{relation.split('.')[0]}")
            self.connection.execute(f"create table copy.{relation} as select * from memory.{relation}")
        self.connection.execute("detach copy")
        return path


@cache
def read_columns() -> dict[str, dict[str, str]]:
    """Types of the columns of every relation, as the source contract and the contracts of the marts declare them."""
    contract = yaml.safe_load((REPOSITORY / "ingestion/contract.yml").read_text())
    common = {name: RAW_TYPES[kind] for name, (kind, *_) in contract["common"].items()}
    common |= {"source_file": "varchar", "source_line": "bigint"}
    columns = {
        f"raw_files.{entity}": {name: RAW_TYPES[kind] for name, (kind, *_) in spec["columns"].items()} | common
        for entity, spec in contract["entities"].items()
    }
    for path in (REPOSITORY / "dbt_project/models/marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            columns[f"marts.{model['name']}"] = {
                column["name"]: column["data_type"] for column in model.get("columns", [])
            }
    return columns


def create_healthy_warehouse() -> Warehouse:
    """Healthy tables for every suite, and the history of six equal loads and one publication."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'Europe/Paris'")
    connection.execute("create schema meta")
    connection.execute(
        "create table meta.publication_history "
        "(published_at timestamptz, as_of_on date, relation varchar, row_count bigint)"
    )
    suites = tuple(discover())
    for suite in suites:
        connection.execute(f"create schema if not exists {suite.schema}")
        _create_table(connection, suite, read_columns()[suite.relation])
        if suite.schema == "marts":
            _remember_publication(connection, suite)
        else:
            _remember_loads(connection, suite)
    return Warehouse(connection, suites)


def _create_table(connection: duckdb.DuckDBPyConnection, suite: Suite, columns: dict[str, str]) -> None:
    """One healthy table, filled through JSON so that DuckDB types every value as the contract does."""
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    casts = ", ".join(f"cast(line ->> '{name}' as {kind})" for name, kind in columns.items())
    rows = [json.dumps(row, default=str) for row in _healthy_rows(suite, columns)]
    connection.execute(f"create table {suite.relation} ({declared})")
    connection.execute(
        f"insert into {suite.relation} select {casts} from (select cast(unnest($rows) as json) as line)", {"rows": rows}
    )
    if suite.schema == "marts" and suite.table in MARTS:
        connection.execute(f"update {suite.relation} set {MARTS[suite.table]}")


def _healthy_rows(suite: Suite, columns: dict[str, str]) -> list[dict[str, Any]]:
    """Rows that satisfy the suite, closed lists included."""
    allowed = {
        check.columns[0]: cycle(check.expectation.values)
        for check in suite.checks
        if isinstance(check.expectation, OneOf) and check.columns[0] not in CONSTANTS
    }
    return [
        {
            name: next(allowed[name]) if name in allowed else _healthy_value(name, kind, row)
            for name, kind in columns.items()
        }
        for row in range(ROWS)
    ]


def _healthy_value(name: str, kind: str, row: int) -> Any:
    if name in CONSTANTS:
        return CONSTANTS[name]
    if kind == "date":
        return AS_OF - timedelta(days=row)
    if kind.startswith("timestamp"):
        return datetime(AS_OF.year, AS_OF.month, AS_OF.day, 6, tzinfo=UTC) - timedelta(days=row)
    if kind == "boolean":
        return row % 2 == 0
    if kind == "varchar":
        return f"files:{name}-{row}"
    return next((value for part, value in BY_NAME if part in name.split("_")), 1)


def _remember_publication(connection: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    connection.execute(
        "insert into meta.publication_history values (now(), $as_of, $relation, $row_count)",
        {"as_of": AS_OF, "relation": suite.relation, "row_count": ROWS},
    )


def _remember_loads(connection: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    history = f"{suite.schema}._loads"
    connection.execute(
        f"create table if not exists {history} "
        "(load_id varchar, loaded_at timestamptz, entity varchar, rows_loaded bigint)"
    )
    connection.execute(
        f"insert into {history} select load, timestamptz '2026-09-24 06:00:00+02' + to_days(load::integer), "
        f"'{suite.table}', {ROWS} from range(6) as loads(load)"
    )
