"""The command: what it prints, and how it ends."""

import os
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration import french
from orchestration.cli import app
from orchestration.publication import find_current, publish
from tests.orchestration.conftest import count_on_a_page, make_publication

REPORTS = """
    create schema marts;
    create table marts.rpt_signed_euro_chain as
        from (values
            (1, 'proposed', true, 'ht', 900), (5, 'vat', false, 'vat', 200), (6, 'signed', true, 'ttc', 1200),
            (18, 'cashed', true, 'ttc', 1100)
        ) t(step_position, step, is_level, tax_basis, step_eur);
    alter table marts.rpt_signed_euro_chain alter step_eur type decimal(18, 2);
    create table marts.rpt_revenue_to_cash_bridge as
        from (values
            (1, 'promised', true, 'ht', 1000, null), (2, 'vat', false, 'vat', 200, null),
            (4, 'still_open', false, 'ttc', -300, null), (5, 'won_not_ordered', false, 'ttc', 0, null),
            (10, 'signed', true, 'ttc', 900, -300), (24, 'cash', true, 'ttc', 450, -750)
        ) t(step_position, step, is_level, tax_basis, step_eur, gap_ttc_eur)
        cross join (values (date '2026-08-01', true), (date '2026-09-01', false)) months (bridge_month, is_closed);
    alter table marts.rpt_revenue_to_cash_bridge alter step_eur type decimal(18, 2);
    alter table marts.rpt_revenue_to_cash_bridge alter gap_ttc_eur type decimal(18, 2);
    create table marts.rpt_funnel_conversion as select
        'all' as cohort_label, 'client_type' as perimeter_kind, 'PME' as perimeter_label,
        0.5::decimal(9, 6) as closed_win_ratio, null::decimal(9, 6) as cif_won_365_ratio,
        3 as won_count, 1234 as entered_count;
    create table marts.rpt_cycle_times as select
        'all' as cohort_label, 'all' as perimeter_kind, 'quoted_to_cashed' as leg, 7 as leg_position,
        158.4::decimal(9, 2) as censored_median_days, 1.6::decimal(9, 2) as weighted_days;
    create table marts.rpt_ar_health_monthly as select
        'all' as perimeter_kind, date '2026-09-30' as as_of_on, 61::decimal(9, 2) as dso_countback_days,
        60::decimal(9, 2) as dso_365_days, 16::decimal(9, 2) as delinquent_365_days,
        1500::decimal(18, 2) as ar_gross_ttc_eur, 500::decimal(18, 2) as overdue_ttc_eur;
    create table marts.rpt_client_profitability as select
        'to_date' as window_label, false as is_pool, range + 1 as profit_rank, 12 - range as revenue_rank,
        'Société très longue numéro ' || range as client_name, 1234567.8::decimal(18, 2) as revenue_ht_eur,
        (1000 - 200 * range)::decimal(18, 2) as real_margin_eur, 0.1::decimal(9, 6) as real_margin_ratio
        from range(12);
    create table marts.ctl_report_availability as select
        'rpt_x' as report_name, false as is_available, 'il manque les règlements' as note_fr;
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PILOTAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PILOTAGE_HOME", str(tmp_path))
    return tmp_path


def test_a_wrong_value_ends_with_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTAGE_AS_OF", "soon")
    result = CliRunner().invoke(app, ["run"])
    assert result.exit_code == 2
    assert result.output.startswith("PILOTAGE_AS_OF=soon cannot be used")
    assert "Traceback" not in result.output


def test_answers_before_the_first_publication_say_what_to_do(home: Path) -> None:
    result = CliRunner().invoke(app, ["answers"])
    assert result.exit_code == 1
    assert "run `make demo` or `make run` first" in result.output


def test_revert_gives_readers_the_version_before(home: Path, build_warehouse: Callable[[int], Path]) -> None:
    for minute in range(2):
        publish(build_warehouse(minute + 1), home / "published", make_publication(minute), count_on_a_page)
    result = CliRunner().invoke(app, ["revert"])
    assert result.exit_code == 0
    assert find_current(home / "published") == "20260930T060000Z-test"
    assert "20260930T060000Z-test" in result.output
    assert CliRunner().invoke(app, ["revert"]).exit_code == 1


def test_answers_are_french_and_never_cut_a_number(home: Path) -> None:
    with duckdb.connect(home / "warehouse.duckdb") as connection:
        connection.execute(REPORTS)
    publish(home / "warehouse.duckdb", home / "published", make_publication(0, warnings=1), lambda _: "")
    result = CliRunner().invoke(app, ["answers"], env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.output.splitlines()]
    cells = {name: rest for name, *rest in (re.split(" {2,}", line) for line in lines)}
    assert cells["Signé, hors taxe"] == ["1\u202f000\u00a0€ HT", "+100\u00a0€"]
    assert cells["TVA"] == ["+200\u00a0€"]
    assert cells["Encaissé"] == ["1\u202f100\u00a0€ TTC", "−100\u00a0€"]
    assert "Promesse et caisse d’un même mois\u00a0: août 2026" in lines
    assert cells["encore ouvert"] == ["−300\u00a0€"]
    assert "gagné, sans commande" not in cells
    assert cells["Encaissé en banque"] == ["450\u00a0€ TTC"]
    assert "Écart à la promesse TTC\u00a0: −750\u00a0€, soit −62,5\u00a0%" in lines
    assert cells["PME"] == ["50,0\u00a0%", "n. d.", "3 / 1\u202f234"]
    assert cells["du devis à l’encaissement"] == ["158\u00a0jours", "2\u00a0jours"]
    assert "61\u00a0jours par épuisement du chiffre d’affaires" in lines
    assert "rpt_x\u00a0: il manque les règlements" in lines
    assert sum("1\u202f234\u202f568\u00a0€" in line for line in lines) == 10
    assert "avec 1 avertissement" in result.output
    assert max(len(line) for line in result.output.splitlines() if str(home) not in line) <= 80


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (french.number(Decimal("-1234567.5"), 1), "\u22121\u202f234\u202f567,5"),
        (french.euros(Decimal("1500.4"), signed=True), "+1\u202f500\u00a0€"),
        (french.euros(None), "n. d."),
        (french.percent(Decimal("0.125")), "12,5\u00a0%"),
        (french.days(Decimal("1.4")), "1\u00a0jour"),
        (french.days(Decimal("1.6")), "2\u00a0jours"),
    ],
)
def test_numbers_follow_french_typography(written: str, expected: str) -> None:
    assert written == expected
