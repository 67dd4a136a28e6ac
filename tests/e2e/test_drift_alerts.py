"""The alerts find the story planted in the company and not its noise, and each proves its value by a query."""

import json
from decimal import Decimal

import duckdb
import pytest

from .conftest import Company
from .test_truth import CLIENT_KEY

FAMILIES = {
    "discounts",
    "invoicing_delay",
    "unbilled_deliveries",
    "solvency",
    "lateness_drift",
    "margin_erosion",
    "forecast_bias",
    "capacity",
    "link_coverage",
}
TODAY = "from rpt_drift_alerts where is_latest"


def rows(marts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    return marts.execute(query).fetchall()


def test_every_family_has_raised_an_alert_in_the_year(marts: duckdb.DuckDBPyConnection) -> None:
    """Not all on the last day: the simulator forgets no delivery at its end."""
    assert {family for (family,) in rows(marts, "select family from rpt_drift_alerts")} == FAMILIES


def test_every_alert_is_given_again_by_its_query(marts: duckdb.DuckDBPyConnection) -> None:
    alerts = marts.execute(
        "select rule_id, entity_id, as_of_on, observed_quantity, evidence_sql from rpt_drift_alerts"
    ).fetchall()
    assert alerts
    for *alert, observed, evidence in alerts:
        [(value,)] = rows(marts, evidence)
        assert abs(Decimal(str(value)) - observed) <= Decimal("0.000001"), alert


def test_every_alert_is_beyond_its_threshold_and_ranked_by_euros(marts: duckdb.DuckDBPyConnection) -> None:
    within = "case direction when 'above' then observed_quantity < threshold_quantity "
    assert rows(marts, f"from rpt_drift_alerts where {within} else observed_quantity > threshold_quantity end") == []
    ranked = "row_number() over (partition by as_of_on order by stake_eur desc, rule_id, entity_kind, entity_id)"
    assert rows(marts, f"from rpt_drift_alerts qualify stake_rank <> {ranked}") == []


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        ("uncontrolled_discount", "automatic_rule"),
        ("discount_beyond_margin", "automatic_rule"),
        ("offer_loses_money", "deceptive_offer"),
        ("offer_margin_eroded", "deceptive_offer"),
        ("segment_costs_more_than_it_earns", "costly_segment"),
    ],
)
def test_the_planted_story_comes_first(
    company: Company, marts: duckdb.DuckDBPyConnection, rule: str, planted: str
) -> None:
    story = json.loads((company.truth / "story.json").read_text())[planted]
    first = f"select split_part(entity_id, ' / ', 1) {TODAY} and rule_id = '{rule}' order by stake_rank limit 1"
    assert rows(marts, first) == [(story.get("offer_id") or story["segment"],)]


def test_the_client_that_buys_most_and_pays_late_comes_first(
    company: Company, marts: duckdb.DuckDBPyConnection
) -> None:
    story = json.loads((company.truth / "story.json").read_text())
    first = rows(
        marts,
        f"select {CLIENT_KEY} from rpt_drift_alerts as alert inner join dim_clients as client "
        "on client.client_id = alert.entity_id "
        "where is_latest and rule_id = 'strategic_client_pays_late' order by stake_rank limit 1",
    )
    assert first == [(story["largest_client"]["client_key"],)]


def test_the_planted_noise_raises_nothing(company: Company, marts: duckdb.DuckDBPyConnection) -> None:
    """Discounts that are earned, agreed or rounding; offers other than the two that lose money; segments too small."""
    story = json.loads((company.truth / "story.json").read_text())
    losing = {story["deceptive_offer"]["offer_id"], story["automatic_rule"]["offer_id"]}
    raised = {offer for (offer,) in rows(marts, f"select entity_id {TODAY} and rule_id like 'offer%'")}
    assert raised <= losing
    origins = rows(marts, f"select split_part(entity_id, ' / ', 2) {TODAY} and entity_kind = 'discount_rule'")
    assert origins == [("automatic",)]
    segments = rows(marts, f"select entity_id {TODAY} and rule_id = 'segment_costs_more_than_it_earns'")
    assert segments == [(story["costly_segment"]["segment"],)]
