"""A company that delivers a part of the contract gets the reports that its data can answer, and no zeros elsewhere.

The exports are those of `docs/files-sender.md`: a CRM alone, a list of invoices with due and settled dates alone.
"""

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.source import discover
from ingestion.warehouse import load
from orchestration.dbt_runner import DbtRun
from orchestration.resources import Settings, load_settings

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "files-sender.md"
FUNNEL = {"rpt_funnel_conversion"}
RECEIVABLES = {
    "rpt_ar_aging",
    "rpt_ar_health_monthly",
    "rpt_bookings_to_cash_cohorts",
    "rpt_d441_6_table",
    "rpt_late_penalties",
    "rpt_lme_compliance",
}
PAYERS = {"rpt_client_payment_behaviour", "rpt_client_cash_tension", "rpt_client_credit_risk"}


def deliver(system: str, home: Path) -> Settings:
    """Load the exports that the documentation shows for one system."""
    blocks = re.findall(r"^```\w+ file=(\S+)\n(.*?)^```", DOCUMENTATION.read_text(encoding="utf-8"), re.S | re.M)
    for name, text in blocks:
        if name.startswith(f"{system}/"):
            path = home / "exports" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="cp1252" if name.endswith("ventes.csv") else "utf-8")
    settings = load_settings(home=home, files_dir=home / "exports", as_of=date(2026, 3, 31))
    load(discover()["files"], warehouse=settings.warehouse, pipelines_dir=settings.dlt, options=settings.sender_options)
    return settings


def available(settings: Settings) -> set[str]:
    """The reports that say they can be answered."""
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        rows = connection.execute("select report_name from marts.ctl_report_availability where is_available").fetchall()
    return {report for (report,) in rows}


def rows_of(settings: Settings, report: str) -> int:
    """How many rows a report has."""
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return int(connection.execute(f"select count(*) from marts.{report}").fetchall()[0][0])


@pytest.fixture(scope="module")
def crm_only(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Deals and nothing else; the golden fixtures run here too, on rows of their own."""
    settings = deliver("crm", tmp_path_factory.mktemp("crm"))
    DbtRun(settings).invoke(["build", "--quiet"])
    return settings


@pytest.fixture(scope="module")
def invoices_only(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Invoices and their payments, and nothing else."""
    settings = deliver("ventes", tmp_path_factory.mktemp("ventes"))
    DbtRun(settings).invoke(["build", "--quiet", "--exclude-resource-type", "unit_test"])
    return settings


def test_a_crm_alone_answers_the_funnel_and_says_what_is_missing(crm_only: Settings) -> None:
    answered = available(crm_only)
    assert answered >= FUNNEL
    assert not answered & (RECEIVABLES | PAYERS)
    assert rows_of(crm_only, "rpt_funnel_conversion") > 0
    assert [report for report in RECEIVABLES | PAYERS if rows_of(crm_only, report)] == []


def test_a_list_of_invoices_alone_answers_who_owes_what(invoices_only: Settings) -> None:
    answered = available(invoices_only)
    assert answered >= RECEIVABLES
    assert not answered & FUNNEL
    with duckdb.connect(invoices_only.warehouse, read_only=True) as connection:
        aging = connection.execute(
            "select client_name, aging_bucket, cast(open_ttc_eur as varchar) from marts.rpt_ar_aging "
            "where as_of_on = date '2026-03-31' order by all"
        ).fetchall()
        lateness = connection.execute(
            "select client_name, excess_contract_days, excess_legal_days, is_open "
            "from marts.rpt_lme_compliance order by all"
        ).fetchall()
    assert aging == [("DUPONT", "credit_note", "-120.00"), ("MARTIN", "31-60", "600.00")]
    assert lateness == [("DUPONT", 6, 0, False), ("MARTIN", 40, 10, True)]
    assert rows_of(invoices_only, "rpt_funnel_conversion") == 0


def test_a_list_of_invoices_alone_answers_who_pays_and_does_not_say_what_was_signed(invoices_only: Settings) -> None:
    assert available(invoices_only) >= PAYERS
    assert [report for report in PAYERS if not rows_of(invoices_only, report)] == []
    with duckdb.connect(invoices_only.warehouse, read_only=True) as connection:
        risks = connection.execute(
            "select client_name, cast(exposure_ttc_eur as varchar), to_invoice_ttc_eur, undelivered_ttc_eur, "
            "risk_class, unscored_reason from marts.rpt_client_credit_risk where exposure_ttc_eur > 0"
        ).fetchall()
    assert risks == [("MARTIN", "600.00", None, None, None, "not_enough_history")]


def test_what_invoices_alone_cannot_answer_is_left_empty(invoices_only: Settings) -> None:
    with duckdb.connect(invoices_only.warehouse, read_only=True) as connection:
        refused = connection.execute(
            "select report_name from marts.ctl_report_availability where not is_available order by report_name"
        ).fetchall()
    assert len(refused) > 10
    assert {report: rows for (report,) in refused if (rows := rows_of(invoices_only, report))} == {}
