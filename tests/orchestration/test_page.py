"""The manager's page: whatever a company delivers, it is one sound page that says what it lacks."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration import page
from tests.orchestration.outline import Outline

Marts = duckdb.DuckDBPyConnection

PUBLICATION = """
    create table marts.meta_publication as select
        date '2026-10-01' as as_of_on, date '2026-10-02' as known_on, '20261001T060000Z-test' as publication_id,
        'passed' as verdict, 0 as warning_count
"""
LACKING = "insert into marts.ctl_report_availability by name select ? as report_name, false as is_available, "
LACKING += "false as is_complete, 'Rapport sans réponse : il manque livraisons.' as note_fr"
ANSWERED = "update marts.ctl_report_availability set is_available = true where report_name in "

NOTHING = ""
INVOICES_ALONE = f"""
    {ANSWERED} ('rpt_ar_aging', 'rpt_cash_forecast_13w', 'rpt_exec_scorecard', 'rpt_drift_alerts');
    insert into marts.rpt_ar_aging by name
        from (values
            (date '2026-10-01', '31-60', 3, 600, 1), (date '2026-10-01', 'credit_note', 7, -120, 1),
            (date '2026-09-30', '1-30', 2, 777, 1)
        ) as debts (as_of_on, aging_bucket, bucket_position, open_ttc_eur, instalment_count);
    insert into marts.rpt_cash_forecast_13w by name
        select
            'all' as layer, week as week_number, date '2026-10-01' + cast(7 * week as integer) as week_from_on,
            100 as expected_ttc_eur, 20 as expected_vat_eur,
            -50 as p10_ttc_eur, 90 as p50_ttc_eur, 250 as p90_ttc_eur
        from range(1, 14) as weeks (week);
    insert into marts.rpt_exec_scorecard by name
        from (values
            (true, 1, 'Encaisser', 'Créances échues TTC', 'eur', 'down', 600, 500, 'low', null),
            (true, 2, 'Gagner', 'Marge réelle', 'eur', 'up', null, null, 'unknown', 'Il manque l''essentiel.')
        ) as kpis (
            is_latest, kpi_position, theme_label_fr, kpi_label_fr, unit, wanted_direction, observed_quantity,
            month_before_quantity, trust_level, note_fr
        );
"""
CRM_ALONE = f"""
    {ANSWERED} ('rpt_funnel_conversion');
    insert into marts.rpt_funnel_conversion by name
        from (values
            ('all', 'client_type', 'PME', 1200, 0.5, 0.3), ('all', 'client_type', 'individual', 34, null, null),
            ('all', 'all', 'all', 1234, 0.5, 0.29)
        ) as rates (
            cohort_label, perimeter_kind, perimeter_label, entered_count, closed_win_ratio, cif_won_365_ratio
        );
"""
CLIENTS = f"""
    {ANSWERED} ('rpt_client_profitability');
    insert into marts.rpt_client_profitability by name
        select
            'last_12_months' as window_label, 'client:' || number as client_id, false as is_pool,
            case when number = 11 then '<b>&"' else 'Client ' || number end as client_name,
            1000 as revenue_ht_eur, 600 - 100 * number as real_margin_eur, 500 as destroyed_eur
        from range(12) as clients (number);
"""
ALERTS = f"""
    {ANSWERED} ('rpt_drift_alerts');
    insert into marts.rpt_drift_alerts by name
        select
            'rule ' || number % 14 as rule_id, 'Règle ' || number % 14 as rule_label_fr, 'Famille' as family_label_fr,
            'Objet ' || number as entity_label, number < 99 as is_latest, 0.5 as observed_quantity,
            0.8 as threshold_quantity, 'ratio' as unit, 10000 - number as stake_eur, number + 1 as stake_rank,
            'Perte' as stake_label_fr, date '2026-08-31' as first_seen_on, date '2026-08-31' as watched_from_on,
            1 as held_month_count, 'Sens.' as meaning_fr, 'Conseil.' as advice_fr
        from range(100) as alerts (number);
"""
BRIDGE = f"""
    {ANSWERED} ('rpt_revenue_to_cash_bridge');
    insert into marts.rpt_revenue_to_cash_bridge by name
        from (values
            (1, 'promised', true, 'ht', 1000, 1000, null), (2, 'vat', false, 'vat', 200, 1200, null),
            (4, 'still_open', false, 'ttc', -700, 500, null), (5, 'won_not_ordered', false, 'ttc', 0, 500, null),
            (6, 'amount_change', false, 'ttc', null, null, null), (10, 'signed', true, 'ttc', 500, 500, -700),
            (19, 'cash_of_month_bookings', true, 'ttc', 90, 90, -1110),
            (20, 'cash_of_earlier_bookings', false, 'ttc', 360, 450, null), (24, 'cash', true, 'ttc', 450, 450, -750)
        ) as steps (step_position, step, is_level, tax_basis, step_eur, reached_eur, gap_ttc_eur)
        cross join (values (date '2026-08-01', true), (date '2026-09-01', false)) as months (bridge_month, is_closed);
"""


@pytest.fixture
def marts(manifest: dict[str, Any]) -> Iterator[Marts]:
    """The marts of a company that has delivered nothing: every relation of the contract, empty."""
    with duckdb.connect() as connection:
        connection.execute(f"create schema marts; {PUBLICATION}")
        models = [
            node
            for node in manifest["nodes"].values()
            if node["schema"] == "marts" and node["resource_type"] == "model" and node["columns"]
        ]
        for model in models:
            columns = ", ".join(f"{name} {column['data_type']}" for name, column in model["columns"].items())
            connection.execute(f"create table marts.{model['name']} ({columns})")
        for model in models:
            if model["name"].startswith("rpt_"):
                connection.execute(LACKING, [model["name"]])
        yield connection


def read(marts: Marts, delivered: str) -> Outline:
    """The page of a company, once it has delivered that."""
    marts.execute(delivered)
    return Outline(page.render(marts))


@pytest.mark.parametrize("delivered", [NOTHING, INVOICES_ALONE, CRM_ALONE, CLIENTS, ALERTS, BRIDGE])
def test_the_page_is_sound_whatever_is_delivered(delivered: str, marts: Marts) -> None:
    outline = read(marts, delivered)
    written = page.render(marts)
    names = [name for name, _ in outline.elements]
    assert outline.faults == []
    assert written == page.render(marts)
    assert written.startswith("<!DOCTYPE html>")
    assert [part for part in ("://", "<script", "url(", "@import", "None", "NaN") if part in written] == []
    assert names.count("h1") == 1
    assert {"img", "link", "script", "iframe", "form"} & set(names) == set()


def test_every_column_and_row_is_headed_and_every_drawing_has_words(marts: Marts) -> None:
    outline = read(marts, INVOICES_ALONE + CRM_ALONE + CLIENTS + ALERTS + BRIDGE)
    assert [attributes for name, attributes in outline.elements if name == "th" and "scope" not in attributes] == []
    drawings = [attributes for name, attributes in outline.elements if name == "svg"]
    assert drawings
    assert [drawn for drawn in drawings if "aria-hidden" not in drawn and "aria-labelledby" not in drawn] == []
    named = {attributes["id"] for _, attributes in outline.elements if "id" in attributes}
    pointed = {attributes["href"] for name, attributes in outline.elements if name == "a"}
    assert pointed <= {f"#{name}" for name in named}


def test_no_line_breaks_before_a_mark(marts: Marts) -> None:
    text = read(marts, INVOICES_ALONE + CRM_ALONE + CLIENTS + ALERTS + BRIDGE).text
    assert re.findall(r".{9} [:;?!%€»]|« .{9}|.{9}'.{9}", text) == []


def test_a_company_that_delivers_nothing_is_told_what_to_deliver(marts: Marts) -> None:
    text = read(marts, NOTHING).text
    assert text.count("Rapport sans réponse\u00a0: il manque livraisons. Livrez ces données") == 11
    assert "Aucun rapprochement" in text
    assert "0\u00a0€" not in text


def test_a_list_of_invoices_alone_shows_who_owes_what_and_no_zero_elsewhere(marts: Marts) -> None:
    text = read(marts, INVOICES_ALONE).text
    assert "31 à 60 jours 600\u00a0€ 1 échéance" in text
    assert "Net 480\u00a0€" in text
    assert "777" not in text
    assert "1\u202f300\u00a0€ TTC attendus en treize semaines" in text
    assert "Créances échues TTC 600\u00a0€ ▲ +20,0\u00a0% , défavorable 500\u00a0€ n. d. non fixé fragile" in text
    assert "Marge réelle Il manque l’essentiel. n. d. n. d. n. d. non fixé inconnue" in text
    assert "Aucune alerte à cette date." in text
    assert "Taux de transformation. Rapport sans réponse" in text


def test_a_crm_alone_shows_the_real_rate_beside_the_flattering_one(marts: Marts) -> None:
    text = read(marts, CRM_ALONE).text
    assert "PME 1\u202f200 n. d. 50,0\u00a0% 30,0\u00a0% \u221220,0\u00a0pts n. d." in text
    assert "particulier 34 n. d. n. d. n. d. n. d. n. d." in text
    assert "Créances. Rapport sans réponse" in text


def test_the_name_of_a_client_is_data(marts: Marts) -> None:
    outline = read(marts, CLIENTS)
    assert '<b>&" \u2212500\u00a0€' in outline.text
    assert "b" not in {name for name, _ in outline.elements}
    assert "Client 4 200\u00a0€ n. d. … 2 autres … Client 7" in outline.text
    assert "5 clients sur 12 coûtent plus" in outline.text


def test_alerts_are_told_by_rule_and_the_rest_is_counted(marts: Marts) -> None:
    text = read(marts, ALERTS).text
    assert "99 alertes au 1er octobre 2026" in text
    assert text.count("À faire\u00a0:") == 12
    assert "Objet 0 50,0\u00a0% août 2026 ou avant 10\u202f000\u00a0€" in text
    assert "Et 5\u00a0autres\u00a0cas." in text
    assert "De moindre enjeu\u00a0: Règle 12 (7), Règle 13 (7)." in text


def test_the_gulf_of_the_last_closed_month_is_told_then_drawn(marts: Marts) -> None:
    outline = read(marts, BRIDGE)
    assert "Promis pour août 2026 1\u202f200\u00a0€ TTC, soit 1\u202f000\u00a0€ HT" in outline.text
    assert "750\u00a0€ de moins que promis (\u221262,5\u00a0%)" in outline.text
    assert "20\u00a0% de cet argent vient de ces signatures" in outline.text
    assert "encore ouvert \u2212700\u00a0€ écart de montant à la signature n. d. Signé dans le mois" in outline.text
    assert "gagné, sans commande" not in outline.text
    widths = [drawn["width"] for name, drawn in outline.elements if name == "rect"]
    assert widths == ["826.7", "165.3", "578.7", "413.3", "74.4", "297.6", "372.0"]


@pytest.mark.parametrize(
    ("now", "before", "unit", "wanted", "expected"),
    [
        ("110", "100", "eur", "up", page.Change("▲", "+10,0\u00a0%", "favorable")),
        ("110", "100", "eur", "down", page.Change("▲", "+10,0\u00a0%", "défavorable")),
        ("50", "-100", "eur", "up", page.Change("▲", "+150\u00a0€", "favorable")),
        ("58", "67", "days", "down", page.Change("▼", "\u22129\u00a0jours", "favorable")),
        ("0.12", "0.055", "ratio", "zero", page.Change("▲", "+6,5\u00a0pts", "défavorable")),
        ("-0.05", "0.3", "ratio", "zero", page.Change("▼", "\u221235,0\u00a0pts", "favorable")),
        ("1", "1", "ratio", "up", page.Change("=", "inchangé", "stable")),
    ],
)
def test_a_move_is_good_where_the_indicator_should_go(
    now: str, before: str, unit: str, wanted: str, expected: page.Change
) -> None:
    assert page.compare(Decimal(now), Decimal(before), unit, wanted) == expected


def test_what_was_unknown_has_not_moved() -> None:
    assert page.compare(Decimal(1), None, "eur", "up") is None
    assert page.compare(None, Decimal(1), "eur", "up") is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-40, 230, [-100, 0, 100, 200, 300]), (0, 289_408, [0, 100_000, 200_000, 300_000]), (0, 4, [0, 1, 2, 3, 4])],
)
def test_ticks_are_round_and_frame_the_range(low: int, high: int, expected: list[int]) -> None:
    assert page.choose_ticks(Decimal(low), Decimal(high)) == expected
