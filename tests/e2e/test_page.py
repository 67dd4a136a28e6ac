"""The manager's page says what the tables published with it say."""

import duckdb
import pytest

from orchestration import french, page
from orchestration.publication import PAGE_NAME
from tests.e2e.conftest import Company
from tests.orchestration.outline import Outline

Marts = duckdb.DuckDBPyConnection


@pytest.fixture
def outline(company: Company) -> Outline:
    """The published page."""
    return Outline((company.home / "published" / PAGE_NAME).read_text(encoding="utf-8"))


def test_the_published_page_is_sound_and_the_one_that_its_file_makes(company: Company, outline: Outline) -> None:
    with duckdb.connect(company.published, read_only=True) as connection:
        assert page.render(connection) == (company.home / "published" / PAGE_NAME).read_text(encoding="utf-8")
    assert outline.faults == []
    assert "Rapport sans réponse" not in outline.text


def test_the_page_holds_the_scorecard(marts: Marts, outline: Outline) -> None:
    kpis = marts.execute(
        "select kpi_label_fr, coalesce(note_fr, ''), observed_quantity, unit from rpt_exec_scorecard where is_latest"
    ).fetchall()
    assert len(kpis) == 16
    for label, note, observed, unit in kpis:
        shown = " ".join(filter(None, [french.typeset(label), french.typeset(note), page.quantity(observed, unit)]))
        assert shown in outline.text


def test_the_page_holds_the_gulf_the_forecast_and_the_margins(marts: Marts, outline: Outline) -> None:
    amounts = marts.execute(
        """
        select sum(step_eur) from rpt_revenue_to_cash_bridge
        where
            step in ('promised', 'signed', 'cash')
            and bridge_month = (select max(bridge_month) from rpt_revenue_to_cash_bridge where is_closed)
        group by step
        union all
        select sum(expected_ttc_eur) from rpt_cash_forecast_13w where layer = 'all'
        union all
        select sum(open_ttc_eur) from rpt_ar_aging where as_of_on = (select max(as_of_on) from rpt_ar_aging)
        union all
        select sum(real_margin_eur) from rpt_margin_by_offer where cohort_label = 'all'
        union all
        select max(real_margin_eur) from rpt_client_profitability where window_label = 'last_12_months' and not is_pool
        """
    ).fetchall()
    assert len(amounts) == 7
    assert [amount for (amount,) in amounts if french.euros(amount) not in outline.text] == []


def test_the_page_names_what_drifts_most(marts: Marts, outline: Outline) -> None:
    label, stake = marts.execute(
        "select entity_label, stake_eur from rpt_drift_alerts where is_latest order by stake_rank limit 1"
    ).fetchall()[0]
    assert label in outline.text
    assert french.euros(stake) in outline.text
