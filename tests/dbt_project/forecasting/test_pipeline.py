"""What open deals bring: the chance to win, then the chain to the bank."""

from typing import Any

import numpy as np
import pytest
from forecasting.facts import Facts, known_at
from forecasting.flows import Flows, weeks_ahead
from forecasting.pipeline import expect_deals, learn_winning

from tests.dbt_project.forecasting.invented import client, invent, number

DAY = number("2026-06-30")
AT_ONCE = np.eye(1, 13)


def deal(key: str, cents: int | None = 100_00) -> dict[str, Any]:
    return {"deal_id": key, "client_id": "a", "known_on": "2026-01-05", "deal_ht_cents": cents}


def stay(key: str, entered_on: str, **more: Any) -> dict[str, Any]:
    return {"deal_id": key, "move_number": 1, "known_on": entered_on, "stage": "offer", **more}


def forecast(facts: Facts, day: int = DAY, vat_share: float = 0.0) -> Flows:
    known = known_at(facts, day)
    return expect_deals(known, learn_winning(known, day), AT_ONCE, AT_ONCE, vat_share, weeks_ahead(day))


def history() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Twenty deals offered on 1 March: ten won after 30 days, ten lost after 20."""
    deals = [deal(f"d{place}") for place in range(20)]
    stays = [
        stay(f"d{place}", "2026-03-01", left_on="2026-03-31", won_on="2026-03-31")
        if place < 10
        else stay(f"d{place}", "2026-03-01", left_on="2026-03-21", lost_on="2026-03-21")
        for place in range(20)
    ]
    return deals, stays


def test_the_chance_to_win_depends_on_the_time_spent_in_the_stage() -> None:
    """Offered 10 days ago, half are lost before they can win; 25 days ago, all that is left wins."""
    deals, stays = history()
    facts = invent(
        clients=[client("a")],
        deals=[*deals, deal("new"), deal("old")],
        stays=[*stays, stay("new", "2026-06-20"), stay("old", "2026-06-05")],
    )
    flows = forecast(facts)
    old, new = flows.chances.sum(axis=1)[np.argsort(flows.source_row)[::-1]][:2]
    assert 0.3 < new < 0.6
    assert old > 1.5 * new


def test_a_deal_is_worth_its_last_proposal_known_else_what_the_crm_shows() -> None:
    deals, stays = history()
    proposals = [
        {"quote_id": "q1", "deal_id": "new", "known_on": "2026-06-21", "proposed_ht_cents": 80_00},
        {"quote_id": "q2", "deal_id": "new", "known_on": "2026-06-25", "proposed_ht_cents": 70_00},
        {"quote_id": "q3", "deal_id": "new", "known_on": "2026-07-05", "proposed_ht_cents": 60_00},
    ]
    facts = invent(
        clients=[client("a")],
        deals=[*deals, deal("new"), deal("unknown", None), deal("worth", 40_00)],
        stays=[*stays, *(stay(key, "2026-06-20") for key in ("new", "unknown", "worth"))],
        proposals=proposals,
    )
    flows = forecast(facts, vat_share=0.2)
    assert flows.amount_cents.tolist() == [87_50, 50_00]
    assert flows.vat_cents == pytest.approx([17_50, 10_00])
    assert forecast(facts, number("2026-06-22")).amount_cents.tolist() == [80_00, 40_00]


def test_only_the_stage_in_which_a_deal_is_counts() -> None:
    deals, stays = history()
    moved = [
        stay("new", "2026-06-01", left_on="2026-06-20"),
        {**stay("new", "2026-06-20", stage="closing"), "move_number": 2},
    ]
    facts = invent(clients=[client("a")], deals=[*deals, deal("new")], stays=[*stays, *moved])
    assert len(forecast(facts)) == 1
    # Before it moved, the deal was still in its first stage, as far as anybody knew.
    assert len(forecast(facts, number("2026-06-10"))) == 1
    assert len(forecast(facts, number("2026-03-10"))) == 20
