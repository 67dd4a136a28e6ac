"""Random companies go through the settlement models: no euro is lost, invented or matched twice (I5), whoever matches.

The models run as dbt compiles them, on tables that Hypothesis fills: system `m` delivers its matches, system `n` none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contract import load_contract
from orchestration.dbt_runner import DbtRun
from orchestration.resources import load_settings

ENTITIES = ("invoices", "payments", "allocations", "orders")
MODELS = (
    "int_unmatched_invoices",
    "int_unmatched_receipts",
    "int_named_allocations",
    "int_oldest_first_allocations",
    "int_completed_allocations",
    "int_settlement_legs",
    "int_settlement_places",
    "int_settlement_matches",
    "int_exchanged_matches",
    "int_settlement_euros",
    "fct_payments",
    "fct_invoices",
    "fct_payment_allocations",
)
ACCOUNTED = "payments_are_wholly_accounted_for"
FIRST_DAY = date(2026, 1, 1)
CAP = Decimal("5.00")
DUES = """
    create table warehouse.intermediate.int_instalment_dues (
        instalment_id varchar, invoice_id varchar, instalment_number integer, due_on date,
        due_doc_amount decimal(18, 2), due_ttc_eur decimal(18, 2)
    );
    create table warehouse.intermediate.int_client_identities (source_client_id varchar, client_id varchar);
    create view warehouse.marts.fct_invoice_instalments as from warehouse.intermediate.int_instalment_dues;
"""
Row = dict[str, Any]


@dataclass
class Company:
    """The rows of a random company, by relation."""

    invoices: list[Row]
    instalments: list[Row]
    payments: list[Row]
    allocations: list[Row]


def euros(amount: Decimal, rate: Decimal | None) -> Decimal:
    return (amount * (rate or 1)).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


# Few values, so that equal amounts, equal days and shared numbers are common.
amounts = st.sampled_from(["0.01", "4.99", "5.01", "10.00", "33.33", "100.00", "199.99"]).map(Decimal)
days = st.integers(0, 8).map(lambda weeks: FIRST_DAY + timedelta(weeks=weeks))
clients = st.sampled_from(["a", "a", "b", None])


@st.composite
def documents(draw: st.DrawFn, number: int, systems: str) -> tuple[Row, list[Row]]:
    """A posted document of one to three instalments, in euro or in dollars."""
    system, printed = draw(st.sampled_from(systems)), f"FA-{draw(st.integers(0, 4)):04d}"
    parts = draw(st.lists(amounts, min_size=1, max_size=3))
    sign = draw(st.sampled_from((1, 1, 1, -1)))
    rate = draw(st.sampled_from((None, None, Decimal("0.9"))))
    total = sign * sum(parts, Decimal(0))
    invoice_id = f"{system}:{number}"
    issued_on = draw(days)
    invoice: Row = {
        "invoice_id": invoice_id,
        "invoice_number": printed,
        "doc_type": "invoice" if sign > 0 else "credit_note",
        "state": "posted",
        "client_id": f"{system}:{draw(clients) or 'a'}",
        "issued_on": issued_on,
        "currency_code": "USD" if rate else "EUR",
        "exchange_rate": rate,
        "ht_doc_amount": total,
        "vat_doc_amount": Decimal(0),
        "ttc_doc_amount": total,
        "source_system": system,
    }
    reached = Decimal(0)
    instalments = []
    for position, part in enumerate(parts, start=1):
        before, reached = reached, reached + sign * part
        instalments.append(
            {
                "instalment_id": f"{invoice_id}/{position}",
                "invoice_id": invoice_id,
                "instalment_number": position,
                "due_on": issued_on + timedelta(days=30 * position),
                "due_doc_amount": sign * part,
                "due_ttc_eur": euros(reached, rate) - euros(before, rate),
            }
        )
    return invoice, instalments


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """A few documents and payments; system `m` matches some of them, as wrongly as a clerk may."""
    systems = draw(st.sampled_from(("n", "n", "m", "mn")))
    drawn = [draw(documents(number, systems)) for number in range(draw(st.integers(2, 6)))]
    invoices = [invoice for invoice, _ in drawn]
    for invoice in invoices:
        if invoice["doc_type"] == "credit_note":
            invoice["credited_invoice_id"] = draw(st.sampled_from([row["invoice_id"] for row in invoices] + [None]))
    numbers = [row["invoice_number"] for row in invoices]
    payments: list[Row] = []
    allocations: list[Row] = []
    for number in range(draw(st.integers(2, 6))):
        system, is_bounced = draw(st.sampled_from(systems)), draw(st.integers(0, 5)) == 0
        rate = draw(st.sampled_from((None, None, Decimal("0.88"))))
        client, paid_on = draw(clients), draw(days)
        payment: Row = {
            "payment_id": f"{system}:P{number}",
            "client_id": f"{system}:{client}" if client else None,
            "paid_on": paid_on,
            "direction": draw(st.sampled_from(("in", "in", "in", "in", "out"))),
            "paid_doc_amount": draw(amounts),
            "currency_code": "USD" if rate else "EUR",
            "exchange_rate": rate,
            "payment_reference": " ".join(["VIR", *draw(st.lists(st.sampled_from([*numbers, "FA-9999"]), max_size=2))]),
            "state": "bounced" if is_bounced else "settled",
            "bounced_on": paid_on + timedelta(days=5) if is_bounced else None,
            "source_system": system,
        }
        payments.append(payment)
        if system == "m":
            allocations += draw(matches(payment, invoices))
    return Company(invoices, [row for _, rows in drawn for row in rows], payments, allocations)


@st.composite
def matches(draw: st.DrawFn, payment: Row, invoices: list[Row]) -> list[Row]:
    """What a clerk matches a payment with: never more than the payment, perhaps more than the invoice.

    A payment in euro may be what a bank made of dollars; one in dollars settles dollars.
    """
    currencies = {payment["currency_code"], "USD"}
    own = [row for row in invoices if row["source_system"] == "m" and row["currency_code"] in currencies]
    left: Decimal = payment["paid_doc_amount"]
    rows: list[Row] = []
    for invoice in draw(st.lists(st.sampled_from(own), unique_by=id, max_size=3)) if own else []:
        part = (left * draw(st.sampled_from((Decimal("0.5"), Decimal(1))))).quantize(Decimal("0.01"), "ROUND_DOWN")
        if part:
            left -= part
            sign = -1 if payment["direction"] == "out" else 1
            rows.append(
                {
                    "allocation_id": f"{payment['payment_id']}-{len(rows)}",
                    "invoice_id": invoice["invoice_id"],
                    "counterpart_kind": "payment",
                    "payment_id": payment["payment_id"],
                    "allocated_doc_amount": sign * part,
                    "allocated_on": payment["paid_on"],
                    "allocation_quality": "native",
                    "source_system": "m",
                }
            )
    return rows


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The SQL of the models and of the data test, as dbt compiles it."""
    configured = load_settings(home=tmp_path_factory.mktemp("compiled"), as_of=date(2027, 1, 1))
    DbtRun(configured).invoke(["compile", "--quiet", "--select", *MODELS, ACCOUNTED])
    files = (configured.dbt_target / "compiled").rglob("*.sql")
    return {path.stem: path.read_text() for path in files}


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty entities, in the shape of the contract."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        for schema in ("intermediate", "marts"):
            connection.execute(f"create schema warehouse.{schema}")
        contract = load_contract()
        for name in ENTITIES:
            columns = ", ".join(f"{column.name} {column.duckdb_type}" for column in contract.raw_columns(name))
            connection.execute(f"create table warehouse.intermediate.int_{name} ({columns})")
        connection.execute(DUES)
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    connection.execute(f"delete from warehouse.intermediate.{table}")
    if rows:
        names = list(dict.fromkeys(name for row in rows for name in row))
        marks = ", ".join(f"({', '.join('?' * len(names))})" for _ in rows)
        values = [row.get(name) for row in rows for name in names]
        connection.execute(f"insert into warehouse.intermediate.{table} ({', '.join(names)}) values {marks}", values)


def settle(connection: duckdb.DuckDBPyConnection, compiled: dict[str, str], company: Company) -> list[Row]:
    """Run the models on the rows of a company; the allocations."""
    fill(connection, "int_invoices", company.invoices)
    fill(connection, "int_instalment_dues", company.instalments)
    fill(connection, "int_payments", company.payments)
    fill(connection, "int_allocations", company.allocations)
    identities = [
        {"source_client_id": f"{system}:{client}", "client_id": client} for system in "mn" for client in ("a", "b")
    ]
    fill(connection, "int_client_identities", identities)
    for model in MODELS:
        schema = "marts" if model.startswith("fct_") else "intermediate"
        connection.execute(f"create or replace table warehouse.{schema}.{model} as {compiled[model]}")
    cursor = connection.execute("from warehouse.marts.fct_payment_allocations order by allocation_id")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def total(rows: list[Row], *kinds: str) -> Decimal:
    return sum((row["allocated_ttc_eur"] for row in rows if row["allocation_kind"] in kinds), Decimal(0))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(company=companies(), shuffle=st.randoms(use_true_random=False))
def test_no_euro_is_lost_invented_or_matched_twice(
    warehouse: duckdb.DuckDBPyConnection, compiled: dict[str, str], company: Company, shuffle: Any
) -> None:
    found = settle(warehouse, compiled, company)
    assert warehouse.execute(compiled[ACCOUNTED]).fetchall() == []
    assert len({row["allocation_id"] for row in found}) == len(found)
    check_what_was_inferred(found, company)
    for rows in vars(company).values():
        shuffle.shuffle(rows)
    assert settle(warehouse, compiled, company) == found


def check_what_was_inferred(found: list[Row], company: Company) -> None:
    """System `m` is believed; in system `n` a payment is left over only where no invoice of its client is."""
    matching = any(row["invoice_id"].startswith("m:") for row in company.allocations)
    for row in found:
        if matching and (row["invoice_id"] or "").startswith("m:"):
            assert row["allocation_method"] in ("native", "oldest_first")
            assert row["payment_id"].startswith("m:")
    for client in ("a", "b"):
        open_amounts = [
            invoice["ttc_doc_amount"]
            - total(
                [row for row in found if row["invoice_id"] == invoice["invoice_id"]],
                "payment",
                "reversal",
                "credit_note",
                "write_off",
            )
            for invoice in company.invoices
            if invoice["client_id"] == f"n:{client}"
            and invoice["ttc_doc_amount"] > 0
            and invoice["currency_code"] == "EUR"
        ]
        left_over = [
            total([row for row in found if row["payment_id"] == payment["payment_id"]], "unallocated")
            for payment in company.payments
            if payment["client_id"] == f"n:{client}"
            and (payment["state"], payment["direction"], payment["currency_code"]) == ("settled", "in", "EUR")
        ]
        assert min(open_amounts, default=Decimal(0)) >= 0
        assert not (max(open_amounts, default=Decimal(0)) > CAP and max(left_over, default=Decimal(0)) > CAP)


def test_a_payment_that_bounced_or_went_out_settles_no_invoice_by_itself(
    warehouse: duckdb.DuckDBPyConnection, compiled: dict[str, str]
) -> None:
    invoice: Row = {
        "invoice_id": "n:FA-1",
        "invoice_number": "FA-0001",
        "doc_type": "invoice",
        "state": "posted",
        "client_id": "n:a",
        "issued_on": FIRST_DAY,
        "currency_code": "EUR",
        "ht_doc_amount": Decimal(10),
        "vat_doc_amount": Decimal(0),
        "ttc_doc_amount": Decimal(10),
        "source_system": "n",
    }
    due: Row = {
        "instalment_id": "n:FA-1/1",
        "invoice_id": "n:FA-1",
        "instalment_number": 1,
        "due_on": FIRST_DAY,
        "due_doc_amount": Decimal(10),
        "due_ttc_eur": Decimal(10),
    }
    payment: Row = {
        "client_id": "n:a",
        "paid_on": FIRST_DAY,
        "paid_doc_amount": Decimal(10),
        "currency_code": "EUR",
        "payment_reference": "FA-0001",
        "source_system": "n",
    }
    payments = [
        {**payment, "payment_id": "n:1", "direction": "in", "state": "bounced", "bounced_on": FIRST_DAY},
        {**payment, "payment_id": "n:2", "direction": "out", "state": "settled"},
    ]
    found = settle(warehouse, compiled, Company([invoice], [due], payments, []))
    assert {row["allocation_kind"] for row in found} == {"unallocated"}
