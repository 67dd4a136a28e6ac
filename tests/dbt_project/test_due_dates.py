"""The due dates that dbt computes from a label are those of the rule, read here a second time and day by day.

The chain of models is compiled once and stands as views over tables that a test fills: a query dates a hundred labels.
"""

import json
import os
import subprocess
import sys
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
CHAIN = (
    "int_payment_term_splits",
    "int_parsed_payment_terms",
    "int_payment_terms",
    "int_invoice_terms",
    "int_instalment_plans",
    "int_contract_dues",
    "int_payment_readings",
    "int_instalment_dues",
)
INPUTS = ("int_invoices", "int_instalments", "int_clients", "int_client_identities", "int_deliveries", "int_orders")
SEEDS = ("map_payment_terms", "map_payment_readings")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The models from labels to due dates, over empty tables."""
    target = tmp_path_factory.mktemp("due-dates")
    dbt = str(Path(sys.executable).parent / "dbt")
    subprocess.run(
        [dbt, "--quiet", "compile", "--profiles-dir", ".", "--target-path", str(target), "--select", *CHAIN],
        cwd=DBT_PROJECT,
        env={**os.environ, "PILOTAGE_WAREHOUSE": str(target / "warehouse.duckdb"), "DBT_LOG_PATH": str(target)},
        check=True,
        capture_output=True,
    )
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("attach ':memory:' as warehouse; use warehouse")
        connection.execute("create schema intermediate; create schema seeds")
        for name in INPUTS:
            columns = nodes[f"model.pilotage.{name}"]["columns"].values()
            declared = ", ".join(f"{column['name']} {column['data_type']}" for column in columns)
            connection.execute(f"create table intermediate.{name} ({declared})")
        for name in SEEDS:
            types = nodes[f"seed.pilotage.{name}"]["config"]["column_types"]
            declared = ", ".join(f"{column} {kind}" for column, kind in types.items())
            connection.execute(f"create table seeds.{name} ({declared})")
        for name in CHAIN:
            connection.execute(f"create view intermediate.{name} as {nodes[f'model.pilotage.{name}']['compiled_code']}")
        yield connection


def date_labels(
    engine: duckdb.DuckDBPyConnection, cases: Sequence[tuple[str, date]], cents: int = 10_000
) -> list[list[tuple[Any, ...]]]:
    """Of each label and issue date, the parts of an invoice: days first, month's end first, amount."""
    engine.execute("delete from intermediate.int_invoices")
    engine.executemany(
        "insert into intermediate.int_invoices by name select ? as invoice_id, ? as payment_term_label, "
        "cast(? as date) as issued_on, 'invoice' as doc_type, 'posted' as state, 'EUR' as currency_code, "
        "cast(? as decimal(18, 2)) / 100 as ttc_doc_amount",
        [(str(number), label, day, cents) for number, (label, day) in enumerate(cases)],
    )
    dated: list[list[tuple[Any, ...]]] = [[] for _ in cases]
    for invoice_id, *row in engine.execute(
        "select invoice_id, days_first_due_on, month_end_first_due_on, due_doc_amount "
        "from intermediate.int_contract_dues order by invoice_id, instalment_number"
    ).fetchall():
        dated[int(invoice_id)].append(tuple(row))
    return dated


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Term:
    """A delay, as it is written and as it is meant; `days_after` is None where the words leave the reading open."""

    label: str
    months: int = 0
    days: int = 0
    goes_to_month_end: bool = False
    days_after: int | None = 0
    is_decade: bool = False
    payment_days: tuple[int, ...] = ()

    def due_on(self, issued_on: date, days_before: int, days_after: int) -> date:
        """The rule step by step; decades, months' ends and payment days are looked for one day after the other."""
        day = issued_on
        while self.is_decade and day.day not in (10, 20) and day != month_end(day):
            day += timedelta(days=1)
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + timedelta(days=days_before)
        while self.goes_to_month_end and day != month_end(day):
            day += timedelta(days=1)
        day += timedelta(days=days_after)
        while self.payment_days and day.day not in {min(number, month_end(day).day) for number in self.payment_days}:
            day += timedelta(days=1)
        return day

    def due_dates(self, issued_on: date) -> tuple[date | None, date | None]:
        """Days first and month's end first; None where the words exclude the reading."""
        if self.days_after is None:
            return self.due_on(issued_on, self.days, 0), self.due_on(issued_on, 0, self.days)
        day = self.due_on(issued_on, self.days, self.days_after)
        return (None, day) if self.days_after and not self.days else (day, None)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """A delay in one of the wordings of the field, with or without payment days."""
    number, after = draw(st.integers(1, 120)), draw(st.integers(1, 60))
    days = f"{number}" + draw(st.sampled_from([" jours", " j", "j", " jrs", " Jours nets", "\u00a0jours"]))
    end = draw(st.sampled_from(["fin de mois", "fin du mois", "FDM", "Fin de mois"]))
    term = draw(
        st.sampled_from(
            [
                Term(f"{draw(st.sampled_from(['', 'à ', 'Virement à ']))}{days}", days=number),
                Term(f"Net {number}", days=number),
                Term(f"{number % 5 + 1} mois", months=number % 5 + 1),
                Term(f"{number % 5 + 1} mois {end}", months=number % 5 + 1, goes_to_month_end=True),
                Term(end, goes_to_month_end=True),
                Term("Fin du mois suivant", months=1, goes_to_month_end=True),
                Term(f"{days} {end}", days=number, goes_to_month_end=True, days_after=None),
                Term(f"{days} date de facture puis {end}", days=number, goes_to_month_end=True),
                Term(f"{end} + {after} jours", goes_to_month_end=True, days_after=after),
                Term(f"{after} jours après {end}", goes_to_month_end=True, days_after=after),
                Term(f"{days} {end} + {after} j", days=number, goes_to_month_end=True, days_after=after),
                Term(f"{days} fin de décade", days=number, is_decade=True),
            ]
        )
    )
    chosen = sorted(draw(st.sets(st.integers(1, 31), max_size=4)))
    if not chosen:
        return term
    words = draw(st.sampled_from([" et le ", ", le ", " et "])).join(map(str, chosen))
    return replace(term, label=f"{term.label} le {words}", payment_days=tuple(chosen))


DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))


def seen(term: Term, issued_on: date, part: tuple[Any, ...]) -> tuple[date | None, date | None]:
    """The two dates of a part, without that which the words exclude."""
    days_first, month_end_first = term.due_dates(issued_on)
    return (days_first and part[0], month_end_first and part[1])


def spread(cents: int, weights: list[int]) -> list[Decimal]:
    """Golden 7.7: whole cents first, those left to the largest remainders, in order."""
    parts = [cents * weight // sum(weights) for weight in weights]
    missing = sorted(range(len(weights)), key=lambda place: -(cents * weights[place] % sum(weights)))
    for place in missing[: cents - sum(parts)]:
        parts[place] += 1
    return [Decimal(part) / 100 for part in parts]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(terms(), DAYS), min_size=1, max_size=100))
def test_a_label_is_dated_as_the_rule_says(engine: duckdb.DuckDBPyConnection, cases: list[tuple[Term, date]]) -> None:
    dated = date_labels(engine, [(term.label, issued_on) for term, issued_on in cases])
    for (term, issued_on), parts in zip(cases, dated, strict=True):
        assert [seen(term, issued_on, part) for part in parts] == [term.due_dates(issued_on)], (term.label, issued_on)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.lists(terms(), min_size=2, max_size=4), DAYS), min_size=1, max_size=25),
    st.lists(st.integers(1, 3_333), min_size=3, max_size=3),
    st.integers(1, 10**9),
)
def test_a_label_of_several_parts_dates_and_splits_the_document(
    engine: duckdb.DuckDBPyConnection, cases: list[tuple[list[Term], date]], shares: list[int], cents: int
) -> None:
    """Shares in hundredths of a percent; the balance takes what they leave."""
    labels = []
    for parts, issued_on in cases:
        named = [
            f"{Decimal(share) / 100} % {term.label}".replace(".", ",")
            for share, term in zip(shares, parts[:-1], strict=False)
        ]
        labels.append(("; ".join([*named, f"solde {parts[-1].label}"]), issued_on))
    for (parts, issued_on), (label, _), dated in zip(cases, labels, date_labels(engine, labels, cents), strict=True):
        weights = shares[: len(parts) - 1]
        weights.append(10_000 - sum(weights))
        assert [amount for *_, amount in dated] == spread(cents, weights), label
        assert [seen(term, issued_on, part) for term, part in zip(parts, dated, strict=True)] == [
            term.due_dates(issued_on) for term in parts
        ], (label, issued_on)


FIELD = {
    "30 jours": [date(2026, 2, 14)],
    "30 j net": [date(2026, 2, 14)],
    "30J": [date(2026, 2, 14)],
    "Net 30": [date(2026, 2, 14)],
    "J+30": [date(2026, 2, 14)],
    "30 days": [date(2026, 2, 14)],
    "À réception": [date(2026, 1, 15)],
    "Comptant": [date(2026, 1, 15)],
    "45 jours fin de mois": [date(2026, 3, 31)],
    "45JFDM": [date(2026, 3, 31)],
    "30 jours fin de mois le 10": [date(2026, 3, 10)],
    "30 jours le 10 du mois suivant": [date(2026, 3, 10)],
    "60 jours le 10 et le 25": [date(2026, 3, 25)],
    "30 jours fin de décade": [date(2026, 2, 19)],
    "2 mois": [date(2026, 3, 15)],
    "30/60/90 jours": [date(2026, 2, 14), date(2026, 3, 16), date(2026, 4, 15)],
    "30-60 jours FDM": [date(2026, 2, 28), date(2026, 3, 31)],
    "30 % à la commande, 70 % à 30 jours": [date(2026, 1, 15), date(2026, 2, 14)],
    "Selon accord": [None],
    "30 jours sauf litige": [None],
    "2 % d'escompte à 8 jours, 30 jours net": [None],
}
"""Labels of the field, and the due dates of an invoice of 15 January 2026, days before the month's end."""


def test_labels_of_the_field_are_dated(engine: duckdb.DuckDBPyConnection) -> None:
    dated = date_labels(engine, [(label, date(2026, 1, 15)) for label in FIELD])
    assert {label: [row[0] for row in parts] for label, parts in zip(FIELD, dated, strict=True)} == FIELD
