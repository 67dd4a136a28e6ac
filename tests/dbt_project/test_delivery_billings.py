"""Random orders go through the model that lays deliveries against invoices: on every day what waits is the euro state.

The model runs as dbt compiles it, on a ledger that Hypothesis fills with deposits, returns, rebills and cancellations.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.dbt_runner import DbtRun
from orchestration.resources import load_settings

MODEL = "fct_delivery_billings"
FIRST_DAY = date(2026, 1, 1)
DAYS = 12
LEDGER = """
    create table warehouse.marts.fct_revenue_chain_events (
        order_id varchar, event_type varchar, effective_on date, event_ht_eur decimal(18, 2),
        event_ttc_eur decimal(18, 2), source_key varchar
    );
    create table warehouse.marts.fct_orders (order_id varchar, client_id varchar, signed_on date);
"""
RISES = ("signed", "amended", "delivered", "invoiced")
FALLS = ("cancelled", "returned", "credited_rebill")
Event = tuple[str, int, Decimal]
"""Kind of event, day from the first, signed euros with tax."""

# Few values, so that equal amounts and equal days are common.
amounts = st.sampled_from(["0.01", "10.00", "20.00", "33.33", "120.00"]).map(Decimal)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Event]:
    """The events of one order, in any order and as wrong as a sender may send them."""
    events = [("signed", 0, draw(amounts) * 3)]
    for kind in draw(st.lists(st.sampled_from(RISES + FALLS), max_size=10)):
        euros = draw(amounts)
        events.append((kind, draw(st.integers(0, DAYS)), -euros if kind in FALLS else euros))
    return events


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The SQL of the model, as dbt compiles it."""
    configured = load_settings(home=tmp_path_factory.mktemp("compiled"), as_of=FIRST_DAY + timedelta(days=DAYS))
    DbtRun(configured).invoke(["compile", "--quiet", "--select", MODEL])
    return next((configured.dbt_target / "compiled").rglob(f"{MODEL}.sql")).read_text()


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty ledger."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.marts")
        connection.execute(LEDGER)
        yield connection


def bill(connection: duckdb.DuckDBPyConnection, compiled: str, events: list[Event]) -> list[dict[str, Any]]:
    """Run the model on one order; its rows."""
    connection.execute("delete from warehouse.marts.fct_revenue_chain_events; delete from warehouse.marts.fct_orders")
    connection.execute("insert into warehouse.marts.fct_orders values ('o', 'k', $day)", {"day": FIRST_DAY})
    for number, (kind, day, euros) in enumerate(events):
        connection.execute(
            "insert into warehouse.marts.fct_revenue_chain_events "
            "values ('o', $kind, $on, round($ttc / 1.2, 2), $ttc, $key)",
            {
                "kind": "delivered" if kind == "returned" else kind,
                "on": FIRST_DAY + timedelta(days=day),
                "ttc": euros,
                "key": f"document-{number}",
            },
        )
    cursor = connection.execute(compiled)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def reached(events: list[Event], day: int, *kinds: str) -> Decimal:
    """The sum of the events of these kinds until a day."""
    return sum((euros for kind, on, euros in events if kind in kinds and on <= day), Decimal(0))


def total(rows: list[dict[str, Any]]) -> Decimal:
    return sum((row["part_ttc_eur"] for row in rows), Decimal(0))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=ledgers())
def test_what_waits_is_what_is_delivered_and_not_invoiced(
    warehouse: duckdb.DuckDBPyConnection, compiled: str, events: list[Event]
) -> None:
    rows = bill(warehouse, compiled, events)
    for day in range(DAYS + 1):
        on = FIRST_DAY + timedelta(days=day)
        ordered = reached(events, day, "signed", "amended", "cancelled")
        billable = max(min(reached(events, day, "delivered", "returned"), ordered), Decimal(0))
        invoiced = reached(events, day, "invoiced", "credited_rebill")
        waiting = [
            row
            for row in rows
            if row["waiting_from_on"] <= on < (row["issued_on"] or row["ended_on"] or date(9999, 12, 31))
        ]
        # Where more is taken back than was invoiced, no more can wait than is delivered.
        assert total(waiting) == max(billable - max(invoiced, Decimal(0)), Decimal(0))
    standing = [row for row in rows if row["is_standing"]]
    assert total(standing) == billable
    for number, (_, _, euros) in enumerate(events):
        assert total([row for row in standing if row["invoice_id"] == f"document-{number}"]) <= max(euros, Decimal(0))
    keys = {(row["band_from_ttc_eur"], row["waiting_from_on"]) for row in rows}
    assert len(keys) == len(rows)
    assert all(row["issued_on"] is not None for row in rows if row["rebilled_on"])
