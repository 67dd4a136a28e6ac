"""The story that the demo's figures must tell, measured in the truth: four facts planted in the company."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from ingestion.demo.company import (
    AUTOMATIC_DISCOUNT,
    AUTOMATIC_OFFER,
    AUTOMATIC_QUANTITY,
    COSTLY_SEGMENT,
    DECEPTIVE_OFFER,
    OFFERS,
)
from ingestion.demo.money import ZERO, cents
from ingestion.demo.truth_ledger import Ledger, days_between
from ingestion.demo.truth_margins import Entry, OrderMargin, client_margins

Figures = dict[str, str | int | Decimal | list[str]]


def largest_client(ledger: Ledger, entries: list[Entry]) -> Figures:
    """Return who buys most, how long it takes to pay, and its rank by real margin."""
    revenue: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        if entry.kind == "revenue" and entry.client_key:
            revenue[entry.client_key] += entry.amount
    margins = client_margins(entries)
    client_key = max(revenue, key=lambda key: revenue[key])
    paid = [row for row in ledger.settlements if row.kind == "payment" and row.amount > 0 and row.instalment_id]
    own = [row for row in paid if ledger.dues[row.instalment_id or ""].client_key == client_key]
    waited = sum(
        (row.amount * days_between(ledger.dues[row.instalment_id or ""].issued_on, row.effective_on) for row in own),
        ZERO,
    )
    ranking = sorted(margins, key=lambda key: margins[key], reverse=True)
    return {
        "client_key": client_key,
        "client_name": ledger.log.clients[client_key].name,
        "revenue_ht_eur": revenue[client_key],
        "m_real_eur": margins[client_key],
        "m_real_rank": ranking.index(client_key) + 1,
        "most_profitable_client_key": ranking[0],
        "most_profitable_m_real_eur": margins[ranking[0]],
        "invoice_to_cash_days": cents(waited / sum((row.amount for row in own), ZERO)),
    }


def automatic_rule(ledger: Ledger) -> Figures:
    """Return what the automatic discount gave away, and what was left over the standard cost."""
    signed = [quote for quote in ledger.log.quotes.values() if quote.state == "signed"]
    lines = [line for quote in signed for line in quote.lines if line.origin == "automatic" and line.counts]
    listed = sum((cents(line.quantity * line.list_price) for line in lines), ZERO)
    net = sum((line.ht for line in lines), ZERO)
    return {
        "offer_id": f"gestion:{AUTOMATIC_OFFER}",
        "minimum_quantity": AUTOMATIC_QUANTITY,
        "discount_ratio": AUTOMATIC_DISCOUNT,
        "signed_line_count": len(lines),
        "discount_ht_eur": listed - net,
        "signed_ht_eur": net,
        "margin_over_standard_cost_eur": net - sum((line.standard_cost for line in lines), ZERO),
    }


def deceptive_offer(ledger: Ledger, margins: dict[str, OrderMargin], last_day: date) -> Figures:
    """Return the margins of the orders of the offer that looks good on paper (fully invoiced or not)."""
    orders = {change.order_id for change in ledger.log.changes if change.offer_id == DECEPTIVE_OFFER}
    own = [margins[order_id] for order_id in sorted(orders)]
    # An order under way carries its cost before its revenue: the verdict is on those signed a year ago or more.
    old = [margin for margin in own if (last_day - ledger.log.orders[margin.order_id].signed_on).days > 365]
    return {
        "offer_id": f"gestion:{DECEPTIVE_OFFER}",
        "offer_name": OFFERS[DECEPTIVE_OFFER].name,
        "order_count": len(own),
        "m_theo_eur": sum((margin.m_theo for margin in own), ZERO),
        "m_real_eur": sum((margin.m_real for margin in own), ZERO),
        "old_order_count": len(old),
        "old_m_theo_eur": sum((margin.m_theo for margin in old), ZERO),
        "old_m_real_eur": sum((margin.m_real for margin in old), ZERO),
    }


def costly_segment(ledger: Ledger, entries: list[Entry]) -> Figures:
    """Return what it costs to win the segment's deals (marketing and sales hours), and what it earns."""
    log = ledger.log
    members = {key for key, client in log.clients.items() if client.segment == COSTLY_SEGMENT}
    hours = [
        cents(entry.hours * entry.hourly_cost)
        for entry in log.time_entries
        if entry.kind == "sales" and entry.deal_id and log.deals[entry.deal_id].client_key in members
    ]
    margin = sum((amount for key, amount in client_margins(entries).items() if key in members), ZERO)
    marketing = sum((spend.amount for spend in log.spends if spend.segment == COSTLY_SEGMENT), ZERO)
    selling = sum(hours, ZERO)
    return {
        "segment": COSTLY_SEGMENT,
        "marketing_eur": marketing,
        "sales_hours_eur": selling,
        "m_real_eur": margin,
        "net_eur": margin - marketing - selling,
    }
