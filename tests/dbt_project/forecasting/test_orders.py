"""What is signed and not invoiced, and when it is invoiced and paid."""

from typing import Any

import numpy as np
import pytest
from forecasting.facts import Facts, known_at
from forecasting.flows import TO_INVOICE, UNDELIVERED, Flows, weeks_ahead
from forecasting.orders import expect_orders, learn_invoicing, open_backlog

from tests.dbt_project.forecasting.invented import client, invent, number

DAY = number("2026-06-30")
PAID_AT_ONCE = np.eye(1, 13)


def order(key: str, signed_on: str, sale_type: str = "product") -> dict[str, Any]:
    return {"order_id": key, "client_id": "a", "known_on": signed_on, "sale_type": sale_type, "signed_on": signed_on}


def move(key: str, measure: str, day: str, cents: int, **more: Any) -> dict[str, Any]:
    moved = {"order_id": key, "known_on": day, "measure": measure, "effective_on": day, "moved_ttc_cents": cents}
    return {**moved, **more}


def company(*orders: dict[str, Any], moves: list[dict[str, Any]], **client_more: Any) -> Facts:
    return invent(clients=[client("a", **client_more)], orders=list(orders), order_moves=moves)


def forecast(facts: Facts, day: int = DAY) -> Flows:
    known = known_at(facts, day)
    backlog = open_backlog(known)
    return expect_orders(known, backlog, learn_invoicing(known, backlog, day, 13), PAID_AT_ONCE, weeks_ahead(day))


def test_what_is_left_of_an_order_is_first_what_was_delivered() -> None:
    """Golden 7.6: signed 60 000, invoiced 54 000, delivered 58 000; 5 000 more were cancelled before."""
    moves = [
        move("o", "signed", "2026-01-05", 65_000_00),
        move("o", "signed", "2026-02-01", -5_000_00),
        move("o", "delivered", "2026-06-01", 58_000_00),
        move("o", "invoiced", "2026-06-02", 54_000_00, delivered_on="2026-06-01"),
    ]
    backlog = open_backlog(known_at(company(order("o", "2026-01-05"), moves=moves), DAY))
    assert backlog.to_invoice_cents.tolist() == [4_000_00]
    assert backlog.undelivered_cents.tolist() == [2_000_00]
    assert backlog.last_delivered_on.tolist() == [number("2026-06-01")]


def test_over_invoicing_and_over_delivery_leave_nothing() -> None:
    moves = [
        move("o", "signed", "2026-01-05", 100_00),
        move("o", "delivered", "2026-06-01", 130_00),
        move("o", "invoiced", "2026-06-02", 120_00),
    ]
    backlog = open_backlog(known_at(company(order("o", "2026-01-05"), moves=moves), DAY))
    assert (backlog.to_invoice_cents + backlog.undelivered_cents).tolist() == [0]
    moves[-1] = move("o", "invoiced", "2026-06-02", 90_00)
    backlog = open_backlog(known_at(company(order("o", "2026-01-05"), moves=moves), DAY))
    assert (backlog.to_invoice_cents.tolist(), backlog.undelivered_cents.tolist()) == ([10_00], [0])


def test_the_latest_promise_known_counts() -> None:
    moves = [
        move("o", "signed", "2026-01-05", 100_00, promised_on="2026-05-01"),
        move("o", "signed", "2026-04-01", 10_00, promised_on="2026-08-01"),
        move("p", "signed", "2026-01-05", 100_00),
    ]
    facts = company(order("o", "2026-01-05"), order("p", "2026-01-05"), moves=moves)
    assert open_backlog(known_at(facts, DAY)).expected_on.tolist() == [number("2026-08-01"), number("2026-01-05")]
    assert open_backlog(known_at(facts, number("2026-03-01"))).expected_on[0] == number("2026-05-01")


def test_what_is_delivered_is_invoiced_as_deliveries_were() -> None:
    """Thirty orders were invoiced ten days after delivery; this one was delivered three days ago."""
    orders, moves = (
        [order("o", "2026-06-01")],
        [
            move("o", "signed", "2026-06-01", 100_00),
            move("o", "delivered", "2026-06-27", 100_00),
        ],
    )
    for place in range(30):
        orders.append(order(f"p{place}", "2026-01-05"))
        moves += [
            move(f"p{place}", "signed", "2026-01-05", 100_00),
            move(f"p{place}", "delivered", "2026-02-01", 100_00),
            move(f"p{place}", "invoiced", "2026-02-11", 100_00, delivered_on="2026-02-01"),
        ]
    flows = forecast(company(*orders, moves=moves))
    assert flows.layer.tolist() == [TO_INVOICE]
    # Seven days are left; from the ninth on, days speak with their neighbours.
    assert flows.chances[0, 0] > 0.85
    assert flows.chances[0, :2].sum() == pytest.approx(1.0)


def test_what_is_not_delivered_is_invoiced_around_its_promise() -> None:
    """Thirty orders were invoiced two weeks after the promised delivery; this one is promised in five weeks."""
    orders, moves = (
        [order("o", "2026-06-01")],
        [
            move("o", "signed", "2026-06-01", 100_00, promised_on="2026-08-04"),
        ],
    )
    for place in range(30):
        orders.append(order(f"p{place}", "2026-01-05"))
        moves += [
            move(f"p{place}", "signed", "2026-01-05", 100_00, promised_on="2026-03-01"),
            move(f"p{place}", "delivered", "2026-03-10", 100_00),
            move(f"p{place}", "invoiced", "2026-03-15", 100_00, delivered_on="2026-03-10"),
        ]
    flows = forecast(company(*orders, moves=moves))
    assert flows.layer.tolist() == [UNDELIVERED]
    assert int(flows.chances[0].argmax()) == 6
    assert flows.chances[0, 6] > 0.8


def test_nothing_is_expected_of_an_insolvent_client() -> None:
    moves = [move("o", "signed", "2026-06-01", 100_00, promised_on="2026-07-10")]
    flows = forecast(company(order("o", "2026-06-01"), moves=moves, insolvent_on="2026-06-15"))
    assert flows.chances.sum() == 0.0
