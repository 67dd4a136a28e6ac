"""A list of invoices with due and settled dates is enough for a forecast, which then stays what it was.

The list is written as `docs/files-sender.md` shows, and its profile is taken from there.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from ingestion.source import discover
from ingestion.warehouse import load
from orchestration.dbt_runner import DbtRun
from orchestration.frozen import bring_back, keep
from orchestration.resources import Settings, load_settings

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "files-sender.md"
FIRST_DAY, LAST_DAY = date(2025, 1, 6), date(2026, 3, 31)
FROZEN = {"simulation.sim_cash_snapshots": "origin_on"}
REPORTS = ("rpt_cash_forecast_13w", "fct_cash_forecast_snapshots", "rpt_cash_forecast_backtest")

Invoice = tuple[str, str, date, date, int, date | None]


def sell(seed: int = 5) -> list[Invoice]:
    """Four clients invoiced about every third day at thirty days; the later ones in the alphabet pay later."""
    random = Random(seed)
    sold = []
    for number in range(160):
        issued = FIRST_DAY + timedelta(days=number * 450 // 160)
        owner = random.randrange(4)
        due = issued + timedelta(days=30)
        paid = due + timedelta(days=random.randint(-3, 4 + 8 * owner))
        settled = paid if paid <= LAST_DAY and random.random() > 0.03 else None
        sold.append((f"F-{number:03d}", f"CLIENT {'ABCD'[owner]}", issued, due, random.randint(100, 9000), settled))
    return sold


@dataclass(frozen=True)
class Company:
    """A list of invoices, delivered and built as of a day."""

    home: Path

    def build(self, invoices: Sequence[Invoice], as_of: date) -> Settings:
        """Load the list and build what the forecast needs."""
        exports = self.home / "exports" / "ventes"
        exports.mkdir(parents=True, exist_ok=True)
        [profile] = re.findall(r"^```yaml file=ventes/profile.yml\n(.*?)^```", DOCUMENTATION.read_text(), re.S | re.M)
        (exports / "profile.yml").write_text(profile, encoding="utf-8")
        lines = ["Facture;Client;Date;Échéance;Total HT;Total TTC;Réglée le", *map(write, invoices), "TOTAL;;;;;;"]
        (exports / "ventes.csv").write_text("\n".join(lines), encoding="cp1252")
        settings = load_settings(home=self.home, files_dir=exports.parent, as_of=as_of)
        options = settings.sender_options
        load(discover()["files"], warehouse=settings.warehouse, pipelines_dir=settings.dlt, options=options)
        bring_back(settings.warehouse, settings.frozen, FROZEN, {})
        selection = ["--select", "+cash_forecast_reconcile", "--indirect-selection", "cautious"]
        DbtRun(settings).invoke(["build", "--quiet", "--exclude-resource-type", "unit_test", *selection])
        return settings


def write(invoice: Invoice) -> str:
    """A line of the list."""
    number, owner, issued, due, euros, settled = invoice
    paid = f"{settled:%d/%m/%Y}" if settled else ""
    return f"{number};{owner};{issued:%d/%m/%Y};{due:%d/%m/%Y};{euros},00 €;{euros * 1.2:.2f} €;{paid}".replace(
        ".", ","
    )


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(query).fetchall()


def frozen_rows(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(settings, "from marts.fct_cash_forecast_snapshots order by all")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("ventes"))


@pytest.fixture(scope="module")
def built(company: Company) -> Settings:
    """The list as of a Friday, with its snapshots kept."""
    settings = company.build(sell(), date(2026, 3, 20))
    keep(settings.warehouse, settings.frozen, FROZEN, {})
    return settings


def test_a_list_of_invoices_alone_has_a_forecast_its_history_and_its_worth(built: Settings) -> None:
    assert ask(built, "select distinct layer from marts.rpt_cash_forecast_13w order by 1") == [
        ("all",),
        ("not_yet_known",),
        ("receivables",),
    ]
    [(weeks, first, expected)] = ask(
        built,
        "select count(*), min(week_from_on), sum(expected_ttc_eur) > 0 from marts.rpt_cash_forecast_13w "
        "where layer = 'all'",
    )
    assert (weeks, first, expected) == (13, date(2026, 3, 21), True)
    [(snapshots, is_backfilled)] = ask(
        built, "select count(distinct snapshot_on), bool_and(is_backfilled) from marts.fct_cash_forecast_snapshots"
    )
    assert snapshots > 40
    assert is_backfilled
    [(wape, due_date_wape)] = ask(
        built,
        "select wape_ratio, due_date_wape_ratio from marts.rpt_cash_forecast_backtest "
        "where client_type = 'all' and layer = 'receivables' and horizon_label = '1-4'",
    )
    assert wape < due_date_wape


def test_frozen_forecasts_survive_a_changed_past_and_the_loss_of_the_warehouse(
    company: Company, built: Settings
) -> None:
    before = frozen_rows(built)
    changed = [(*invoice[:4], invoice[4] * 2, invoice[5]) for invoice in sell()]
    built.warehouse.unlink()
    shutil.rmtree(built.dlt)
    after = frozen_rows(company.build(changed, date(2026, 3, 23)))
    monday = [row for row in after if row[0] == date(2026, 3, 23)]
    assert [row for row in after if row[0] < date(2026, 3, 23)] == before
    assert monday
    # Made on its own day: frozen live.
    assert {row[-1] for row in monday} == {False}


def test_without_a_settlement_the_reports_are_empty(tmp_path: Path) -> None:
    settings = Company(tmp_path).build([(*invoice[:5], None) for invoice in sell()], date(2026, 3, 20))
    assert [ask(settings, f"select count(*) from marts.{report}") for report in REPORTS] == [[(0,)]] * 3
