"""Orders of the large company and what follows: deliveries, hours, costs, invoices, payments and their matching."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingestion.demo.company import POOLS
from ingestion.demo.layout_books import COMPTA, GESTION
from ingestion.demo.scale_columns import Numbers, Writers, days, keys, money, sub_keys, whole, words
from ingestion.demo.scale_deals import COSTS, LAST, OFFER_IDS, PRICES, Deals

DAYS_BETWEEN_PARTS = 25
TERM_DAYS = 30
HOURS_PER_ORDER = 4
COST_KINDS = ("material", "freight", "commission")
COST_PERCENTS = (55, 3, 2)
COST_ACCOUNTS = ("601000", "624200", "622200")


def with_tax(ht: Numbers) -> Numbers:
    """Return cents with 20 % of tax, rounded half up."""
    return ht + (2 * ht + 5) // 10


@dataclass(frozen=True)
class Part:
    """One delivery and its invoice, for the orders of a chunk that have come so far.

    `orders` are places in the chunk of deals, `lines` places in its lines, `line_order` the place of a line's order
    in `orders`.
    """

    index: int
    orders: Numbers
    lines: Numbers
    line_order: Numbers
    delivered: Numbers
    issued: Numbers


def write_orders(writers: Writers, deals: Deals, dice: np.random.Generator) -> int:
    """Write the orders of a chunk and everything that follows; return the number of invoice lines."""
    won = np.flatnonzero(deals.is_won)
    lines = np.flatnonzero(deals.is_won[deals.line_row])
    _write_headers(writers, deals, won, lines)
    _write_hours(writers, deals, won, dice)
    _write_costs(writers, deals, won)
    written = 0
    for index in range(3):
        part = _part(deals, index, dice)
        _write_deliveries(writers, deals, part)
        _write_invoices(writers, deals, part)
        _write_payments(writers, deals, part, dice)
        written += len(part.lines)
    return written


def _write_headers(writers: Writers, deals: Deals, won: Numbers, lines: Numbers) -> None:
    orders, order_lines = writers.of(GESTION, "orders"), writers.of(GESTION, "order_lines")
    order_id = keys("CO", deals.number[won])
    orders.write(
        len(won),
        {
            "order_id": order_id,
            "order_number": order_id,
            "quote_id": keys("DV", deals.number[won]),
            "deal_id": keys("D", deals.number[won]),
            "client_id": keys("CLI", deals.client[won]),
            "sale_type": orders.words("sale_type", "product")[0],
            "signed_on": days(deals.closed[won]),
            "currency_code": "EUR",
        },
    )
    row = deals.line_row[lines]
    parent = keys("CO", deals.number[row])
    line_id = sub_keys(parent, "-", deals.line_number[lines])
    ht = deals.ht[lines]
    order_lines.write(
        len(lines),
        {
            "order_line_change_id": sub_keys(line_id, "-", np.zeros(len(lines), dtype=np.int64)),
            "order_line_id": line_id,
            "order_id": parent,
            "change_kind": order_lines.words("change_kind", "signature")[0],
            "offer_id": words(OFFER_IDS, deals.offer[lines]),
            "quantity": whole(deals.quantity[lines]),
            "ht_doc_amount": money(ht),
            "ttc_doc_amount": money(with_tax(ht)),
            "standard_cost_eur": money(deals.quantity[lines] * COSTS[deals.offer[lines]]),
            "effective_on": days(deals.closed[row]),
            "recorded_on": days(deals.closed[row]),
            "promised_delivery_on": days(deals.closed[row] + 30),
        },
    )


def _write_hours(writers: Writers, deals: Deals, won: Numbers, dice: np.random.Generator) -> None:
    writer = writers.of(GESTION, "time_entries")
    pool = POOLS["Atelier"]
    for index in range(HOURS_PER_ORDER):
        worked = deals.closed[won] + 3 + index
        kept = won[worked <= LAST]
        writer.write(
            len(kept),
            {
                "time_entry_id": keys("T", deals.number[kept] * HOURS_PER_ORDER + index, 9),
                "worked_on": days(deals.closed[kept] + 3 + index),
                "resource_pool": pool.name,
                "activity_kind": writer.words("activity_kind", "production")[0],
                "order_id": keys("CO", deals.number[kept]),
                "hours": money(dice.integers(100, 800, len(kept))),
                "hourly_cost_eur": f"{pool.hourly_cost}".replace(".", ","),
            },
        )


def _write_costs(writers: Writers, deals: Deals, won: Numbers) -> None:
    writer = writers.of(GESTION, "costs")
    total = deals.total(deals.ht)
    for index, (kind, percent) in enumerate(zip(COST_KINDS, COST_PERCENTS, strict=True)):
        kept = won[deals.closed[won] + 10 <= LAST]
        writer.write(
            len(kept),
            {
                "cost_id": keys("F", deals.number[kept] * len(COST_KINDS) + index, 9),
                "cost_on": days(deals.closed[kept] + 10),
                "recorded_on": days(np.minimum(deals.closed[kept] + 20, LAST)),
                "cost_kind": writer.words("cost_kind", kind)[0],
                "order_id": keys("CO", deals.number[kept]),
                "cost_eur": money(total[kept] * percent // 100),
                "ledger_account": COST_ACCOUNTS[index],
            },
        )


def _part(deals: Deals, index: int, dice: np.random.Generator) -> Part:
    delivered = deals.closed + 12 + DAYS_BETWEEN_PARTS * index + dice.integers(0, 10, len(deals.number))
    issued = delivered + 2
    is_kept = deals.is_won & (deals.parts > index) & (issued <= LAST)
    orders = np.flatnonzero(is_kept)
    place = np.cumsum(is_kept) - 1
    lines = np.flatnonzero(is_kept[deals.line_row])
    return Part(index, orders, lines, place[deals.line_row[lines]], delivered, issued)


def _write_deliveries(writers: Writers, deals: Deals, part: Part) -> None:
    writer, row = writers.of(GESTION, "deliveries"), deals.line_row[part.lines]
    order_id = keys("CO", deals.number[row])
    count = deals.parts[row]
    writer.write(
        len(row),
        {
            "delivery_id": sub_keys(
                keys("BL", deals.number[row] * 4 + part.index, 9), "-", deals.line_number[part.lines]
            ),
            "order_id": order_id,
            "order_line_id": sub_keys(order_id, "-", deals.line_number[part.lines]),
            "delivered_on": days(part.delivered[row]),
            "recorded_on": days(part.delivered[row]),
            "quantity": whole(deals.quantity[part.lines] // count),
            "ht_doc_amount": money(deals.ht[part.lines] // count),
            "evidence": writer.words("evidence", "delivery_note")[0],
        },
    )


def _shares(deals: Deals, part: Part) -> tuple[Numbers, Numbers]:
    """Return the lines' shares before and with tax in this part; cumulative rounding makes the parts add up."""
    count = deals.parts[deals.line_row[part.lines]]
    ht = deals.ht[part.lines]
    ttc = with_tax(ht)
    upto, before = ((2 * ttc * index + count) // (2 * count) for index in (part.index + 1, part.index))
    return ht // count, upto - before


def _totals(part: Part, amounts: Numbers) -> Numbers:
    return np.bincount(part.line_order, weights=amounts, minlength=len(part.orders)).astype(np.int64)


def _write_invoices(writers: Writers, deals: Deals, part: Part) -> None:
    invoices, invoice_lines = writers.of(COMPTA, "invoices"), writers.of(COMPTA, "invoice_lines")
    instalments = writers.of(COMPTA, "instalments")
    ht, ttc = _shares(deals, part)
    total_ht, total_ttc = _totals(part, ht), _totals(part, ttc)
    number, issued = deals.number[part.orders] * 4 + part.index, part.issued[part.orders]
    invoice_id = keys("FA", number, 9)
    invoices.write(
        len(part.orders),
        {
            "invoice_id": invoice_id,
            "invoice_number": invoice_id,
            "doc_type": invoices.words("doc_type", "invoice")[0],
            "state": invoices.words("state", "posted")[0],
            "client_id": keys("411C", deals.client[part.orders]),
            "order_id": keys("CO", deals.number[part.orders]),
            "issued_on": days(issued),
            "recorded_on": days(issued),
            "currency_code": "EUR",
            "ht_doc_amount": money(total_ht),
            "vat_doc_amount": money(total_ttc - total_ht),
            "ttc_doc_amount": money(total_ttc),
            "payment_term_label": f"{TERM_DAYS} jours",
        },
    )
    instalments.write(
        len(part.orders),
        {
            "instalment_id": sub_keys(invoice_id, "-E", np.ones(len(part.orders), dtype=np.int64)),
            "invoice_id": invoice_id,
            "instalment_number": "1",
            "due_on": days(issued + TERM_DAYS),
            "ttc_doc_amount": money(total_ttc),
            "instalment_kind": instalments.words("instalment_kind", "standard")[0],
        },
    )
    row = deals.line_row[part.lines]
    parent = invoice_id.take(pa.array(part.line_order))
    invoice_lines.write(
        len(row),
        {
            "invoice_line_id": sub_keys(parent, "-L", deals.line_number[part.lines]),
            "invoice_id": parent,
            "line_number": whole(deals.line_number[part.lines]),
            "order_line_id": sub_keys(keys("CO", deals.number[row]), "-", deals.line_number[part.lines]),
            "offer_id": words(OFFER_IDS, deals.offer[part.lines]),
            "line_role": invoice_lines.words("line_role", "product")[0],
            "quantity": whole(deals.quantity[part.lines] // deals.parts[row]),
            "list_unit_price": money(PRICES[deals.offer[part.lines]]),
            "net_unit_price": money(deals.net_price[part.lines]),
            "ht_doc_amount": money(ht),
            "vat_doc_amount": money(ttc - ht),
            "ttc_doc_amount": money(ttc),
            "tax_rate_ratio": "0,2",
            "ledger_account": "701000",
        },
    )


def _write_payments(writers: Writers, deals: Deals, part: Part, dice: np.random.Generator) -> None:
    """Write one payment per invoice paid by the last day: 45 % on time, the others two weeks late on average."""
    payments, allocations = writers.of(COMPTA, "payments"), writers.of(COMPTA, "allocations")
    _, ttc = _shares(deals, part)
    late = np.where(dice.random(len(part.orders)) < 0.45, 0, dice.exponential(26, len(part.orders)).astype(np.int64))
    paid = part.issued[part.orders] + TERM_DAYS + late
    kept = paid <= LAST
    orders, paid, total = part.orders[kept], paid[kept], _totals(part, ttc)[kept]
    number = deals.number[orders] * 4 + part.index
    payment_id, invoice_id = keys("R", number, 9), keys("FA", number, 9)
    payments.write(
        len(orders),
        {
            "payment_id": payment_id,
            "client_id": keys("411C", deals.client[orders]),
            "paid_on": days(paid),
            "recorded_on": days(paid),
            "direction": payments.words("direction", "in")[0],
            "paid_doc_amount": money(total),
            "currency_code": "EUR",
            "instrument": payments.words("instrument", "transfer")[0],
            "payment_reference": invoice_id,
            "state": payments.words("state", "settled")[0],
        },
    )
    allocations.write(
        len(orders),
        {
            "allocation_id": keys("L", number, 9),
            "invoice_id": invoice_id,
            "instalment_id": sub_keys(invoice_id, "-E", np.ones(len(orders), dtype=np.int64)),
            "counterpart_kind": allocations.words("counterpart_kind", "payment")[0],
            "payment_id": payment_id,
            "allocated_doc_amount": money(total),
            "allocated_on": days(paid),
            "allocation_quality": allocations.words("allocation_quality", "native")[0],
        },
    )
