"""The published marts say what the simulator knows of prices, and find the discount and the offer that lose money."""

import json

import duckdb
import pytest

from .conftest import Company
from .test_truth import CLIENT_KEY, Fact, differences

PRICE = "list_ht_eur, discount_ht_eur, unexplained_discount_ht_eur, invoice_price_ht_eur"
BY_CLIENT = "left join dim_clients as client using (client_id)"
LEVELS = {
    "list": "step = 'list'",
    "invoice": "step = 'list' or step like 'discount%'",
    "revenue": "step in ('list', 'credit_note', 'rebate', 'penalty') or step like 'discount%'",
    "real margin": "true",
}

SAME = {
    "the list price, the discount and its origin of every line": Fact(
        f"select invoice_line_id, issued_on, {CLIENT_KEY}, offer_id, discount_origin, {PRICE} from fct_line_prices "
        f"{BY_CLIENT}",
        f"select invoice_line_id, issued_on, client_key, offer_id, discount_origin, {PRICE} from truth_line_prices",
    ),
    "every step from the list price to the real margin, by order and client": Fact(
        f"select order_id, {CLIENT_KEY}, step, sum(step_eur) from fct_price_waterfall_steps {BY_CLIENT} "
        "group by all having sum(step_eur) <> 0",
        "select order_id, client_key, step, step_eur from truth_price_steps",
    ),
    "what was given away, month by month": Fact(
        f"select issued_month, {CLIENT_KEY}, nullif(offer_id, 'unallocated'), discount_origin, list_ht_eur, "
        f"discount_ht_eur from rpt_discount_leakage {BY_CLIENT} where discount_origin <> 'unexplained'",
        "select cast(date_trunc('month', issued_on) as date), client_key, offer_id, discount_origin, "
        "sum(list_ht_eur), sum(discount_ht_eur) from truth_line_prices group by all",
    ),
    "what no quote explains": Fact(
        "select issued_month, sum(discount_ht_eur) from rpt_discount_leakage where discount_origin = 'unexplained' "
        "group by all",
        "select cast(date_trunc('month', issued_on) as date), sum(unexplained_discount_ht_eur) from truth_line_prices "
        "where unexplained_discount_ht_eur <> 0 group by all",
    ),
    "the ends of the waterfall of every client": Fact(
        f"select {CLIENT_KEY}, sum(list_ht_eur), sum(invoice_price_ht_eur), "
        "sum(invoice_price_ht_eur + credit_note_eur + rebate_eur + penalty_eur), sum(real_margin_eur) "
        f"from rpt_price_waterfall {BY_CLIENT} group by all",
        "select client_key, "
        + ", ".join(f"coalesce(sum(step_eur) filter (where {steps}), 0)" for steps in LEVELS.values())
        + " from truth_price_steps group by all",
    ),
}

RANKED_FIRST = {
    "uncontrolled": "select offer_id, discount_origin from rpt_discount_leakage group by all "
    "order by sum(uncontrolled_ht_eur) desc limit 1",
    "destroyed": "select offer_id, discount_origin from rpt_discount_leakage group by all "
    "order by sum(contribution_left_eur) limit 1",
}


def rows(marts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    return marts.execute(query).fetchall()


@pytest.mark.parametrize("fact", SAME)
def test_the_marts_know(marts: duckdb.DuckDBPyConnection, fact: str) -> None:
    assert differences(marts, SAME[fact]) == []


@pytest.mark.parametrize("ranking", RANKED_FIRST)
def test_the_bad_discount_rule_comes_first(company: Company, marts: duckdb.DuckDBPyConnection, ranking: str) -> None:
    story = json.loads((company.truth / "story.json").read_text())
    assert rows(marts, RANKED_FIRST[ranking]) == [(story["automatic_rule"]["offer_id"], "automatic")]


def test_discounts_that_are_earned_or_agreed_are_not_uncontrolled(marts: duckdb.DuckDBPyConnection) -> None:
    assert set(rows(marts, "select discount_origin from rpt_discount_leakage where uncontrolled_ht_eur <> 0")) <= {
        ("automatic",),
        ("manual",),
    }
    noise = rows(
        marts,
        "select count(*) > 0 from rpt_discount_leakage "
        "where discount_origin in ('volume', 'campaign', 'rounding', 'header') and discount_ht_eur > 0",
    )
    assert noise == [(True,)]


def test_the_offers_that_lose_money_are_sold_below_their_floor(
    company: Company, marts: duckdb.DuckDBPyConnection
) -> None:
    story = json.loads((company.truth / "story.json").read_text())
    planted = {story["deceptive_offer"]["offer_id"], story["automatic_rule"]["offer_id"]}
    losers = "order by sum(real_margin_eur) limit 2"
    earned = "from rpt_price_waterfall where offer_id <> 'unallocated' group by offer_id"
    below = "from rpt_price_policy where is_below_floor and client_type <> 'all' group by offer_id"
    assert {offer for (offer,) in rows(marts, f"select offer_id {earned} {losers}")} == planted
    assert {
        offer for (offer,) in rows(marts, f"select offer_id {below} order by sum(list_ht_eur) desc limit 2")
    } == planted
