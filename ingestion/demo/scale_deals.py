"""Deals and quotes of the large company, drawn and written a chunk at a time."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingestion.demo.company import CHANNELS, LAST_DAY, LOST_REASONS, OFFERS, OWNERS, SALES_PIPELINE
from ingestion.demo.layout import CRM
from ingestion.demo.scale_columns import (
    NO_DAY,
    Column,
    Numbers,
    Writers,
    day_number,
    days,
    instants,
    keys,
    money,
    sub_keys,
    whole,
    words,
)

LAST = day_number(LAST_DAY)
PRODUCTS = [offer for offer in OFFERS.values() if offer.kind == "product" and offer.offer_id not in ("GUI", "KC1")]
OFFER_IDS = [offer.offer_id for offer in PRODUCTS]
PRICES = np.array([int(offer.list_price * 100) for offer in PRODUCTS], dtype=np.int64)
COSTS = np.array([int(offer.unit_cost * 100) for offer in PRODUCTS], dtype=np.int64)
DISCOUNT_PERCENTS = np.array([0, 0, 5, 8, 34], dtype=np.int64)
ORIGINS = ("none", "none", "contract", "volume", "automatic")
PATHS = (("V1", "V2", "V4", "V6"), ("V1", "V2", "V4", "V7"))


@dataclass(frozen=True)
class Deals:
    """A chunk of deals, and the lines of their quotes (`line_row`: the place of a line's deal in the chunk).

    Days are numbers since the company's first day, amounts are cents; `parts` is in how many invoices a won deal will
    be billed.
    """

    number: Numbers
    client: Numbers
    opened: Numbers
    closed: Numbers
    is_won: NDArray[np.bool_]
    parts: Numbers
    line_row: Numbers
    line_number: Numbers
    offer: Numbers
    discount: Numbers
    quantity: Numbers
    net_price: Numbers

    @property
    def ht(self) -> Numbers:
        """Return the lines' amounts before tax."""
        return self.quantity * self.net_price

    def total(self, amounts: Numbers) -> Numbers:
        """Return the sum of the lines of each deal."""
        return np.bincount(self.line_row, weights=amounts, minlength=len(self.number)).astype(np.int64)


def draw_deals(dice: np.random.Generator, first: int, count: int, clients: int) -> Deals:
    """Draw deals numbered from `first`: every other one is won if it closes in time; two to six lines each."""
    number = np.arange(first, first + count, dtype=np.int64)
    opened = dice.integers(0, LAST - 20, count)
    closed = opened + dice.integers(5, 90, count)
    in_time = closed <= LAST
    parts = dice.integers(1, 4, count)
    sizes = dice.integers(2, 7, count)
    line_row = np.repeat(np.arange(count), sizes)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    offer = dice.integers(0, len(PRODUCTS), len(line_row))
    discount = dice.integers(0, len(DISCOUNT_PERCENTS), len(line_row))
    return Deals(
        number=number,
        client=dice.integers(0, clients, count),
        opened=opened,
        closed=np.where(in_time, closed, NO_DAY),
        is_won=(number % 2 == 0) & in_time,
        parts=parts,
        line_row=line_row,
        line_number=np.arange(len(line_row)) - starts + 1,
        offer=offer,
        discount=discount,
        # A whole number of units in each delivery.
        quantity=parts[line_row] * dice.integers(1, 6, len(line_row)),
        net_price=PRICES[offer] * (100 - DISCOUNT_PERCENTS[discount]) // 100,
    )


def write_deals(writers: Writers, deals: Deals, dice: np.random.Generator) -> None:
    """Write a chunk of deals with their moves, activities and quotes."""
    outcome = np.where(deals.is_won, 0, np.where(deals.closed == NO_DAY, 2, 1))
    writer = writers.of(CRM, "deals")
    deal_id, client_id = keys("D", deals.number), keys("C", deals.client)
    writer.write(
        len(deals.number),
        {
            "deal_id": deal_id,
            "client_id": client_id,
            "owner_id": words(list(OWNERS), deals.client % len(OWNERS)),
            "deal_name": pc.binary_join_element_wise("Équipement", deal_id, " "),
            "pipeline": SALES_PIPELINE,
            "stage_id": words(("V6", "V7", "V4"), outcome),
            "outcome": words(writer.words("outcome", "won", "lost", "open"), outcome),
            "lost_reason": words((*LOST_REASONS, ""), np.where(outcome == 1, deals.number % 5, 5)),
            "ht_doc_amount": money(deals.total(deals.ht)),
            "currency_code": "EUR",
            "probability_ratio": words(("1", "0", "0,55"), outcome),
            "deal_type": words(writer.words("deal_type", "new", "upsell"), deals.number % 3 % 2),
            "channel": words(CHANNELS, deals.number % 5),
            "created_at": instants(deals.opened, deals.number % 300),
            "expected_close_on": days(deals.opened + 45),
            "closed_at": instants(deals.closed, 300 + deals.number % 300),
        },
    )
    _write_moves(writers, deals, deal_id, outcome)
    _write_activities(writers, deals, deal_id, client_id, dice)
    _write_quotes(writers, deals, deal_id, client_id, outcome)


def _write_moves(writers: Writers, deals: Deals, deal_id: Column, outcome: Numbers) -> None:
    """Write three stages on the way and, once closed, the last one."""
    writer = writers.of(CRM, "deal_stage_events")
    span = np.where(deals.closed == NO_DAY, 30, deals.closed - deals.opened)
    for step in range(4):
        entered = np.minimum(deals.opened + span * step // 3, LAST) if step < 3 else deals.closed
        minutes = deals.number % 300 + (300 if step == 3 else 0)
        rows = pa.array(entered != NO_DAY)
        lost = np.where(outcome == 1, 1, 0)
        writer.write(
            pc.sum(rows).as_py(),
            {
                "deal_stage_event_id": keys("M", deals.number * 4 + step, 9).filter(rows),
                "deal_id": deal_id.filter(rows),
                "from_stage_id": words([path[step - 1] for path in PATHS], lost).filter(rows) if step else "",
                "to_stage_id": words([path[step] for path in PATHS], lost).filter(rows),
                "occurred_at": instants(entered, minutes).filter(rows),
            },
        )


def _write_activities(
    writers: Writers, deals: Deals, deal_id: Column, client_id: Column, dice: np.random.Generator
) -> None:
    writer = writers.of(CRM, "activities")
    kinds = writer.words("activity_kind", "meeting", "call", "email")
    for step in range(2):
        writer.write(
            len(deals.number),
            {
                "activity_id": keys("K", deals.number * 2 + step, 9),
                "deal_id": deal_id,
                "client_id": client_id,
                "activity_kind": words(kinds, dice.integers(0, 3, len(deals.number))),
                "occurred_at": instants(deals.opened + step * 3, dice.integers(0, 600, len(deals.number))),
                "duration_minutes": words(("15", "30", "60"), dice.integers(0, 3, len(deals.number))),
            },
        )


def _write_quotes(writers: Writers, deals: Deals, deal_id: Column, client_id: Column, outcome: Numbers) -> None:
    """Write one quote version per deal, its header repeated on each line."""
    writer, row = writers.of(CRM, "quotes"), deals.line_row
    issued = np.minimum(deals.opened + 4, LAST)[row]
    quote_id = keys("DV", deals.number[row])
    writer.write(
        len(row),
        {
            "quote_id": quote_id,
            "quote_number": quote_id,
            "root_quote_id": quote_id,
            "version_number": "1",
            "client_id": client_id.take(pa.array(row)),
            "deal_id": deal_id.take(pa.array(row)),
            "state": words(writer.words("state", "signed", "refused", "sent"), outcome[row]),
            "issued_on": days(issued),
            "valid_until_on": days(issued + 30),
            "signed_on": days(np.where(deals.is_won, deals.closed, NO_DAY)[row]),
            "promised_delivery_on": days(issued + 60),
            "currency_code": "EUR",
            "quote_line_id": sub_keys(quote_id, "-", deals.line_number),
            "line_number": whole(deals.line_number),
            "offer_id": words(OFFER_IDS, deals.offer),
            "quantity": whole(deals.quantity),
            "list_unit_price": money(PRICES[deals.offer]),
            "net_unit_price": money(deals.net_price),
            "ht_doc_amount": money(deals.ht),
            "discount_origin": words(writer.words("discount_origin", *ORIGINS), deals.discount),
            "tax_rate_ratio": "0,2",
            "standard_cost_eur": money(deals.quantity * COSTS[deals.offer]),
            "is_option": "non",
            "is_chosen": "non",
        },
    )
