"""When orders are invoiced, and then paid: the flows of the layers `to_invoice` and `undelivered`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import Bools, Floats, Ints, tally
from forecasting.chain import follow, learn_weeks, weeks_from_age
from forecasting.clocks import Clock, Curves, Lives, count_lives, learn_curves
from forecasting.facts import NEVER, Facts
from forecasting.flows import TO_INVOICE, UNDELIVERED, Flows, Horizon

MEASURES = ("delivered", "invoiced", "signed")
"""What moves an order, in alphabetical order; a cancellation is a negative signature."""

DELIVERED, INVOICED, SIGNED = range(len(MEASURES))
SINCE_PROMISE = Clock(first=-400, last=400)
"""Days since the promised delivery; since the signature where none was promised."""

SINCE_DELIVERY = Clock(first=0, last=400)
SINCE_SIGNATURE = Clock(first=0, last=400)


@dataclass(frozen=True)
class Backlog:
    """What is left of each order on a day, and the days that its clocks start from."""

    signed_cents: Floats
    to_invoice_cents: Floats
    undelivered_cents: Floats
    expected_on: Ints
    has_promise: Ints
    last_delivered_on: Ints


@dataclass(frozen=True)
class Invoicing:
    """How orders become invoices: since the last delivery, by type of sale; since the promised one, by type of sale
    without and with a promise; and the weeks from signature to invoice.
    """

    since_delivery: Curves
    since_promise: Curves
    weeks_from_signature: Floats


def open_backlog(facts: Facts) -> Backlog:
    """The backlog of a day, from what was known on it: delivered and not invoiced, then the rest of what is signed."""
    orders, moves = facts.orders, facts.order_moves
    place = moves.measure * len(orders) + moves.order_id
    delivered, invoiced, signed = tally(place, moves.moved_ttc_cents, len(MEASURES), len(orders))
    to_invoice = np.maximum(np.minimum(delivered, signed) - invoiced, 0.0)
    promised_on = _latest(moves.order_id, moves.promised_on, moves.promised_on != NEVER, len(orders))
    has_promise = promised_on > 0
    return Backlog(
        signed_cents=signed,
        to_invoice_cents=to_invoice,
        undelivered_cents=np.maximum(signed - invoiced, 0.0) - to_invoice,
        expected_on=np.where(has_promise, promised_on, orders.signed_on),
        has_promise=has_promise.astype(np.int64),
        last_delivered_on=_latest(moves.order_id, moves.effective_on, moves.measure == DELIVERED, len(orders)),
    )


def learn_invoicing(facts: Facts, backlog: Backlog, day: int, week_count: int) -> Invoicing:
    """How orders became invoices until a day; what is not invoiced counts until its present age."""
    orders = facts.orders
    lives, order_id = _deliveries_to_invoices(facts, backlog, day)
    sale_type = orders.sale_type[order_id]
    since_delivery = count_lives(SINCE_DELIVERY, lives, sale_type, facts.sale_type_count)
    lives, order_id = _orders_to_invoices(facts, backlog, backlog.expected_on, day)
    group = (2 * orders.sale_type + backlog.has_promise)[order_id]
    since_promise = count_lives(SINCE_PROMISE, lives, group, 2 * facts.sale_type_count)
    lives, order_id = _orders_to_invoices(facts, backlog, orders.signed_on, day)
    since_signature = count_lives(SINCE_SIGNATURE, lives, np.zeros_like(order_id), 1)
    return Invoicing(
        learn_curves(SINCE_DELIVERY, since_delivery),
        learn_curves(SINCE_PROMISE, since_promise),
        learn_weeks(since_signature, SINCE_SIGNATURE, week_count),
    )


def expect_orders(
    facts: Facts, backlog: Backlog, invoicing: Invoicing, weeks_to_cash: Floats, horizon: Horizon
) -> Flows:
    """The flows of what is signed and not invoiced.

    What is delivered waits for its invoice since the last delivery; the rest is invoiced around the promised delivery,
    early (deposits, instalments of a subscription) or late, as orders of the same type of sale were. The invoice is
    then paid as its client pays.
    """
    orders, weeks = facts.orders, horizon.week_count
    delivered = np.flatnonzero(backlog.to_invoice_cents > 0)
    undelivered = np.flatnonzero(backlog.undelivered_cents > 0)
    since_delivery = horizon.day - backlog.last_delivered_on[delivered]
    since_promise = horizon.day - backlog.expected_on[undelivered]
    group = 2 * orders.sale_type[undelivered] + backlog.has_promise[undelivered]
    invoiced = np.concatenate(
        [
            weeks_from_age(invoicing.since_delivery, orders.sale_type[delivered], since_delivery, weeks),
            weeks_from_age(invoicing.since_promise, group, since_promise, weeks),
        ]
    )
    order_id = np.concatenate([delivered, undelivered])
    client_id = orders.client_id[order_id]
    chances = follow(invoiced, weeks_to_cash[client_id])
    chances[facts.clients.insolvent_on[client_id] != NEVER] = 0.0
    amount = np.concatenate([backlog.to_invoice_cents[delivered], backlog.undelivered_cents[undelivered]])
    numbers = np.arange(len(order_id))
    return Flows(
        layer=np.where(numbers < len(delivered), TO_INVOICE, UNDELIVERED),
        client_id=client_id,
        source_row=orders.row[order_id],
        amount_cents=amount,
        vat_cents=amount * orders.vat_ratio[order_id],
        chance_id=numbers,
        chances=horizon.from_weeks(chances),
        cluster=numbers,
    )


def _deliveries_to_invoices(facts: Facts, backlog: Backlog, day: int) -> tuple[Lives, Ints]:
    """One life per invoice that follows a delivery, and one per order that has something delivered to invoice."""
    moves = facts.order_moves
    is_billed = (moves.measure == INVOICED) & (moves.delivered_on <= moves.effective_on) & (moves.moved_ttc_cents > 0)
    waiting = np.flatnonzero(backlog.to_invoice_cents > 0)
    end = np.concatenate(
        [(moves.effective_on - moves.delivered_on)[is_billed], day - backlog.last_delivered_on[waiting]]
    )
    is_event = np.arange(len(end)) < len(end) - len(waiting)
    lives = Lives(entry=np.zeros_like(end), end=end, is_event=is_event, weight=np.ones(len(end)))
    return lives, np.concatenate([moves.order_id[is_billed], waiting])


def _orders_to_invoices(facts: Facts, backlog: Backlog, clock_on: Ints, day: int) -> tuple[Lives, Ints]:
    """One life per invoice of an order, and one per part not invoiced yet, weighed by its share of the order."""
    orders, moves = facts.orders, facts.order_moves
    is_invoice = (moves.measure == INVOICED) & (moves.moved_ttc_cents > 0) & (backlog.signed_cents[moves.order_id] > 0)
    left = backlog.to_invoice_cents + backlog.undelivered_cents
    waiting = np.flatnonzero(left > 0)
    order_id = np.concatenate([moves.order_id[is_invoice], waiting])
    end_on = np.concatenate([moves.effective_on[is_invoice], np.full(len(waiting), day)])
    part = np.concatenate([moves.moved_ttc_cents[is_invoice], left[waiting]])
    lives = Lives(
        entry=(orders.signed_on - clock_on)[order_id],
        end=end_on - clock_on[order_id],
        is_event=np.arange(len(order_id)) < len(order_id) - len(waiting),
        weight=np.minimum(part / backlog.signed_cents[order_id], 1.0),
    )
    return lives, order_id


def _latest(order_id: Ints, days: Ints, chosen: Bools, size: int) -> Ints:
    """The latest of the chosen days of each order, 0 where it has none."""
    latest = np.zeros(size, dtype=np.int64)
    np.maximum.at(latest, order_id[chosen], days[chosen])
    return latest
