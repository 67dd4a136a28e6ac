"""When orders are invoiced, and then paid: the flows of the layers `to_invoice` and `undelivered`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.chain import curves, follow, from_any_day, weeks_from_age, weeks_to_cash
from forecasting.clocks import Clock, Lives, count_lives, distribute, pool_ages
from forecasting.facts import NEVER, Facts, Floats, Ints, Orders
from forecasting.flows import TO_INVOICE, UNDELIVERED, Flows, Horizon
from forecasting.payments import Lateness

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


def open_backlog(facts: Facts) -> Backlog:
    """The backlog of a day, from what was known on it: delivered and not invoiced, then the rest of what is signed."""
    orders, moves = facts.orders, facts.order_moves

    def total(measure: int) -> Floats:
        chosen = moves.measure == measure
        return np.bincount(moves.order_id[chosen], moves.moved_ttc_cents[chosen], len(orders))

    signed, invoiced = total(SIGNED), total(INVOICED)
    to_invoice = np.maximum(np.minimum(total(DELIVERED), signed) - invoiced, 0.0)
    promised_on = np.full(len(orders), NEVER)
    is_promise = moves.promised_on != NEVER
    latest = np.zeros(len(orders), dtype=np.int64)
    np.maximum.at(latest, moves.order_id[is_promise], moves.promised_on[is_promise])
    promised_on[latest > 0] = latest[latest > 0]
    is_delivery = moves.measure == DELIVERED
    last_delivered_on = np.zeros(len(orders), dtype=np.int64)
    np.maximum.at(last_delivered_on, moves.order_id[is_delivery], moves.effective_on[is_delivery])
    return Backlog(
        signed_cents=signed,
        to_invoice_cents=to_invoice,
        undelivered_cents=np.maximum(signed - invoiced, 0.0) - to_invoice,
        expected_on=np.where(promised_on == NEVER, orders.signed_on, promised_on),
        has_promise=(promised_on != NEVER).astype(np.int64),
        last_delivered_on=last_delivered_on,
    )


def expect_orders(facts: Facts, backlog: Backlog, lateness: Lateness, terms: Floats, horizon: Horizon) -> Flows:
    """The flows of what is signed and not invoiced.

    What is delivered waits for its invoice since the last delivery; the rest is invoiced around the promised delivery,
    early (deposits, instalments of a subscription) or late, as orders of the same type of sale were. The invoice is then
    paid as its client pays.
    """
    delivered = np.flatnonzero(backlog.to_invoice_cents > 0)
    undelivered = np.flatnonzero(backlog.undelivered_cents > 0)
    weeks = horizon.week_count
    invoiced = np.concatenate(
        [
            _weeks_to_invoice(facts, backlog, delivered, horizon.day, weeks),
            _weeks_to_delivery(facts, backlog, undelivered, horizon.day, weeks),
        ]
    )
    order_id = np.concatenate([delivered, undelivered])
    client_id = facts.orders.client_id[order_id]
    payers, payer = np.unique(client_id, return_inverse=True)
    chances = follow(invoiced, weeks_to_cash(facts, lateness, terms, payers, weeks)[payer])
    chances[facts.clients.insolvent_on[client_id] != NEVER] = 0.0
    amount = np.concatenate([backlog.to_invoice_cents[delivered], backlog.undelivered_cents[undelivered]])
    numbers = np.arange(len(order_id))
    return Flows(
        layer=np.where(numbers < len(delivered), TO_INVOICE, UNDELIVERED),
        client_id=client_id,
        source_row=facts.orders.row[order_id],
        amount_cents=amount,
        vat_cents=amount * facts.orders.vat_ratio[order_id],
        chance_id=numbers,
        chances=horizon.from_weeks(chances),
        cluster=numbers,
    )


def weeks_from_signature(facts: Facts, backlog: Backlog, day: int, week_count: int) -> Floats:
    """The chances that a euro signed in week 0 is invoiced in week 0, 1, ... (1 x weeks)."""
    lives, order_id = _invoice_lives(facts, backlog, facts.orders.signed_on, day)
    counts = count_lives(SINCE_SIGNATURE, lives, np.zeros_like(order_id), 1)
    daily = np.zeros((1, 7 * week_count))
    known = distribute(pool_ages(SINCE_SIGNATURE, counts)[None, :])[:, : 7 * week_count]
    daily[:, : known.shape[1]] = known
    return from_any_day(daily)


def _weeks_to_invoice(facts: Facts, backlog: Backlog, order_id: Ints, day: int, week_count: int) -> Floats:
    moves, sale_type = facts.order_moves, facts.orders.sale_type
    is_billed = (moves.measure == INVOICED) & (moves.delivered_on <= moves.effective_on) & (moves.moved_ttc_cents > 0)
    waiting = day - backlog.last_delivered_on[order_id]
    end = np.concatenate([(moves.effective_on - moves.delivered_on)[is_billed], waiting])
    lives = Lives(
        entry=np.zeros_like(end),
        end=end,
        is_event=np.arange(len(end)) < np.count_nonzero(is_billed),
        weight=np.ones(len(end)),
    )
    group = sale_type[np.concatenate([moves.order_id[is_billed], order_id])]
    event, survival = _group_curves(SINCE_DELIVERY, lives, group, _count(sale_type))
    return weeks_from_age(SINCE_DELIVERY, event, survival, sale_type[order_id], waiting, week_count)


def _weeks_to_delivery(facts: Facts, backlog: Backlog, order_id: Ints, day: int, week_count: int) -> Floats:
    lives, life_order = _invoice_lives(facts, backlog, backlog.expected_on, day)
    group = facts.orders.sale_type * 2 + backlog.has_promise
    event, survival = _group_curves(SINCE_PROMISE, lives, group[life_order], 2 * _count(facts.orders.sale_type))
    age = day - backlog.expected_on[order_id]
    return weeks_from_age(SINCE_PROMISE, event, survival, group[order_id], age, week_count)


def _invoice_lives(facts: Facts, backlog: Backlog, clock_on: Ints, day: int) -> tuple[Lives, Ints]:
    """One life per invoice of an order, and one per part not invoiced yet, weighed by its share of the order."""
    orders, moves = facts.orders, facts.order_moves
    is_invoice = (moves.measure == INVOICED) & (moves.moved_ttc_cents > 0)
    is_invoice &= backlog.signed_cents[moves.order_id] > 0
    left = backlog.to_invoice_cents + backlog.undelivered_cents
    waiting = np.flatnonzero((left > 0) & (backlog.signed_cents > 0))
    order_id = np.concatenate([moves.order_id[is_invoice], waiting])
    end_on = np.concatenate([moves.effective_on[is_invoice], np.full(len(waiting), day)])
    part = np.concatenate([moves.moved_ttc_cents[is_invoice], left[waiting]])
    lives = Lives(
        entry=(orders.signed_on - clock_on)[order_id],
        end=end_on - clock_on[order_id],
        is_event=np.arange(len(order_id)) < np.count_nonzero(is_invoice),
        weight=np.minimum(part / backlog.signed_cents[order_id], 1.0),
    )
    return lives, order_id


def _group_curves(clock: Clock, lives: Lives, group: Ints, size: int) -> tuple[Floats, Floats]:
    counts = count_lives(clock, lives, group, size)
    overall = pool_ages(clock, counts.gather(np.zeros(size, dtype=np.int64), 1))
    return curves(counts.events, counts.at_risk, overall)


def _count(categories: Ints) -> int:
    return int(categories.max(initial=0)) + 1
