"""The survival curves of the SQL are those of lifelines, on an invented company whose debts and deals are censored.

The facts are invented one by one, beside what a statistician would note of them; only the reports are then built.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import duckdb
import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from orchestration.dbt_runner import DbtRun
from orchestration.resources import load_settings
from tests.data_quality.healthy import read_columns

AS_OF = date(2026, 9, 30)
READ = (
    *("dim_as_of", "dim_clients", "fct_payments", "fct_payment_allocations", "fct_invoices", "fct_invoice_instalments"),
    *("fct_instalment_balances", "fct_deals", "fct_orders", "fct_order_lines", "fct_order_euro_states"),
    *("fct_pipeline_daily", "fct_quote_versions"),
)
NOT_LOADED = {
    "int_activities": "deal_id varchar, activity_kind varchar, occurred_at timestamptz",
    "int_deal_survivors": "deal_id varchar, surviving_deal_id varchar",
}
CLIENTS = {"c0": "PME", "c1": "PME", "c2": "GE", "c3": "GE"}
FOREVER = date(9999, 12, 31)
NO_AGE = 10_000  # lifelines counts from 0, and clients pay early: ages are shifted
ROUNDING = 2e-6

Lot = tuple[str, int, bool, int]
"""A client, days late, whether it was paid, and its share of the instalment in millionths: fractions leave dust."""
Deal = tuple[int, str, int]
"""The age at which a deal was decided or last seen, its outcome, and its value."""


class Company:
    """Facts invented one by one, and what is known of each lot and deal."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seed: int) -> None:
        self.connection = connection
        self.random = Random(seed)
        self.lots: list[Lot] = []
        self.deals: list[Deal] = []
        connection.execute("create schema marts")
        for name in READ:
            declared = ", ".join(f"{column} {kind}" for column, kind in read_columns()[f"marts.{name}"].items())
            connection.execute(f"create table marts.{name} ({declared})")
        connection.execute("create schema intermediate")
        for name, declared in NOT_LOADED.items():
            connection.execute(f"create table intermediate.{name} ({declared})")
        self.insert("dim_as_of", as_of_on=AS_OF, is_latest=True, is_month_end=True)
        for client_id, client_type in CLIENTS.items():
            self.insert("dim_clients", client_id=client_id, client_type=client_type, is_intercompany=False)

    def insert(self, table: str, **values: object) -> None:
        """One row of a fact; what is not given is null."""
        names, marks = ", ".join(values), ", ".join("?" for _ in values)
        self.connection.execute(f"insert into marts.{table} ({names}) values ({marks})", list(values.values()))

    def invoice(self, number: int) -> None:
        """An instalment of a random age, in one part or two, each with a fate of its own."""
        key, client_id = f"i{number}", self.random.choice(list(CLIENTS))
        due_on = AS_OF - timedelta(days=self.random.randint(-25, 600))
        issued_on = due_on - timedelta(days=30)
        due = Decimal(self.random.randint(1, 1_000_000)) / 100
        first = (due * self.random.choice((1, 1, 1, Decimal("0.37")))).quantize(Decimal("0.01"))
        self.insert("fct_invoices", invoice_id=key)
        self.insert(
            "fct_invoice_instalments",
            instalment_id=key,
            invoice_id=key,
            client_id=client_id,
            instalment_kind="standard",
            issued_on=issued_on,
            due_on=due_on,
            due_ttc_eur=due,
        )
        still_open = Decimal(0)
        for part, amount in enumerate((first, due - first)):
            if not amount:
                continue
            kind = self.random.choice(("payment",) * 6 + ("bad_debt", "credit_note"))
            late_days = self.random.choice((-40, -3, 0, 0, 4, 11, 30, 70, 150))
            ended_on = due_on + timedelta(days=late_days)
            known_on = max(ended_on, issued_on)
            is_settled = known_on <= AS_OF and self.random.random() < 0.8
            if is_settled:
                if kind != "payment":
                    ended_on = known_on
                self._settle(f"{key}-{part}", key, kind, amount, ended_on, known_on)
            else:
                still_open += amount
            age = ((ended_on if is_settled else AS_OF) - due_on).days
            is_paid = is_settled and kind == "payment"
            self.lots.append((client_id, age, is_paid, round(1_000_000 * amount / due)))
        if still_open:
            self.insert("fct_instalment_balances", instalment_id=key, balance_to_on=FOREVER, open_ttc_eur=still_open)

    def _settle(self, key: str, instalment: str, kind: str, amount: Decimal, ended_on: date, known_on: date) -> None:
        is_payment = kind == "payment"
        if is_payment:
            self.insert("fct_payments", payment_id=key, instrument="transfer")
        self.insert(
            "fct_payment_allocations",
            allocation_id=key,
            instalment_id=instalment,
            allocation_kind=kind,
            payment_id=key if is_payment else None,
            cash_on=ended_on if is_payment else None,
            effective_on=known_on,
            allocated_ttc_eur=amount,
        )

    def deal(self, number: int, age_days: int) -> None:
        """A deal decided, or last seen, at an age that no other has: lifelines knows no ties between competing ends."""
        outcome = self.random.choice(("won", "won", "lost", "open"))
        observed = age_days if outcome == "open" else age_days + self.random.randint(0, 400)
        value = self.random.randint(1, 50_000)
        self.insert(
            "fct_deals",
            deal_id=f"d{number}",
            outcome=outcome,
            client_type="PME",
            created_on=AS_OF - timedelta(days=observed),
            closed_on=None if outcome == "open" else AS_OF - timedelta(days=observed - age_days),
            first_proposed_ht_eur=value,
        )
        self.deals.append((age_days, outcome, value))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Two hundred invoices and deals, and the two reports built on them by one run of dbt."""
    settings = load_settings(home=tmp_path_factory.mktemp("survival"), as_of=AS_OF)
    with duckdb.connect(settings.warehouse) as connection:
        invented = Company(connection, seed=7)
        for number in range(200):
            invented.invoice(number)
        for number, age_days in enumerate(invented.random.sample(range(1, 700), 200)):
            invented.deal(number, age_days)
    built = ["map_client_thresholds", "map_funnel_thresholds", "fct_payment_curves", "rpt_funnel_conversion"]
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    DbtRun(settings).invoke(["build", "--quiet", *kinds, "--select", *built])
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        invented.connection = connection
        yield invented


def lots_of(company: Company, kind: str, label: str) -> list[Lot]:
    """The lots that a curve follows."""
    if kind == "all":
        return company.lots
    if kind == "client":
        return [lot for lot in company.lots if lot[0] == label]
    return [lot for lot in company.lots if CLIENTS[lot[0]] == label.split(" / ")[0]]


def test_payment_curves_are_those_of_lifelines(company: Company) -> None:
    rows = company.connection.execute(
        "select curve_kind, curve_label, list(late_days order by late_days), "
        "list(survival_ratio::double order by late_days) from marts.fct_payment_curves group by all"
    ).fetchall()
    assert {kind for kind, *_ in rows} == {"client", "class", "all"}
    assert len(rows) == len(CLIENTS) + 2 + 1
    for kind, label, ages, survivals in rows:
        lots = lots_of(company, kind, label)
        assert {age for _, age, *_ in lots} == set(ages)
        fitter = KaplanMeierFitter().fit(
            [age + NO_AGE for _, age, *_ in lots], [paid for *_, paid, _ in lots], weights=[lot[-1] for lot in lots]
        )
        expected = fitter.survival_function_at_times(np.array(ages) + NO_AGE).to_numpy()
        assert survivals == pytest.approx(expected, abs=ROUNDING), f"{kind} {label}"


@pytest.mark.parametrize(("column", "is_weighted"), [("cif_won_{}_ratio", False), ("cif_won_value_{}_ratio", True)])
def test_the_probability_to_win_is_that_of_lifelines(company: Company, column: str, is_weighted: bool) -> None:
    codes = {"open": 0, "won": 1, "lost": 2}
    fitter = AalenJohansenFitter(calculate_variance=False).fit(
        [age for age, *_ in company.deals],
        [codes[outcome] for _, outcome, _ in company.deals],
        event_of_interest=codes["won"],
        weights=[value for *_, value in company.deals] if is_weighted else None,
    )
    for horizon in (90, 180, 365):
        ((published,),) = company.connection.execute(
            f"select {column.format(horizon)}::double from marts.rpt_funnel_conversion "
            "where cohort_label = 'all' and perimeter_kind = 'all'"
        ).fetchall()
        assert published == pytest.approx(fitter.predict(horizon), abs=ROUNDING), horizon
