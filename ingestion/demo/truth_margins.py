"""The truth about margins: one signed entry per gain or cost, and their sums by order and client."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingestion.demo.company import COST_OF_CREDIT_RATE
from ingestion.demo.money import ZERO, cents
from ingestion.demo.truth_ledger import Ledger, days_between, to_eur

NOT_REVENUE = ("deposit", "deposit_deduction")
ACCOUNTING_KINDS = ("revenue", "material", "subcontract", "freight", "commission", "production_hours")
HOURS = {"production": "production_hours", "support": "support_hours", "rework": "rework_hours", "admin": "admin_hours"}


@dataclass(frozen=True)
class Entry:
    """A gain (positive) or a cost (negative), in euro before tax."""

    kind: str
    on: date
    amount: Decimal
    order_id: str | None
    client_key: str | None


def margin_entries(ledger: Ledger, last_day: date) -> list[Entry]:
    """Return every entry dated no later than the last day."""
    entries = [*_revenue(ledger), *_losses(ledger), *_costs(ledger), *_hours(ledger), *_credit(ledger, last_day)]
    return [entry for entry in entries if entry.on <= last_day]


def _revenue(ledger: Ledger) -> Iterator[Entry]:
    for invoice in ledger.invoices.values():
        for line in invoice.lines:
            if line.role not in NOT_REVENUE:
                amount = to_eur(line.ht, invoice.exchange_rate)
                yield Entry("revenue", invoice.issued_on, amount, invoice.order_id, invoice.client_key)


def _losses(ledger: Ledger) -> Iterator[Entry]:
    kinds = {"early_payment_discount": "early_payment_discount", "bad_debt": "bad_debt", "write_off": "bad_debt"}
    for row in ledger.settlements:
        if row.kind in kinds and row.invoice_id:
            invoice = ledger.invoices[row.invoice_id]
            amount = -ledger.ht_part(row.invoice_id, row.amount)
            yield Entry(kinds[row.kind], row.effective_on, amount, invoice.order_id, invoice.client_key)


def _costs(ledger: Ledger) -> Iterator[Entry]:
    for cost in ledger.log.costs:
        client_key = ledger.log.orders[cost.order_id].client_key if cost.order_id else cost.client_key
        yield Entry(cost.kind, cost.cost_on, -cost.amount, cost.order_id, client_key)


def _hours(ledger: Ledger) -> Iterator[Entry]:
    for entry in ledger.log.time_entries:
        if entry.kind in HOURS:
            client_key = ledger.log.orders[entry.order_id].client_key if entry.order_id else entry.client_key
            amount = -cents(entry.hours * entry.hourly_cost)
            yield Entry(HOURS[entry.kind], entry.worked_on, amount, entry.order_id, client_key)


def _credit(ledger: Ledger, last_day: date) -> Iterator[Entry]:
    """Yield the cost of waiting for each document: euro x days from issue to settlement, or to the last day."""
    euro_days: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for due in ledger.dues.values():
        for row in ledger.by_instalment[due.instalment_id]:
            if row.effective_on <= last_day:
                euro_days[due.invoice_id] += row.amount * days_between(due.issued_on, row.effective_on)
        euro_days[due.invoice_id] += ledger.open_on(due, last_day) * days_between(due.issued_on, last_day)
    for invoice_id, amount in euro_days.items():
        invoice = ledger.invoices[invoice_id]
        cost = cents(amount * COST_OF_CREDIT_RATE / 365)
        if cost:
            yield Entry("cost_of_credit", invoice.issued_on, -cost, invoice.order_id, invoice.client_key)


@dataclass(frozen=True)
class OrderMargin:
    """The three margins of an order, in euro before tax, and what separates them."""

    order_id: str
    revenue: Decimal
    m_theo: Decimal
    m_acct: Decimal
    m_real: Decimal
    cost_of_credit: Decimal
    bad_debt: Decimal


def order_margins(ledger: Ledger, entries: list[Entry], last_day: date) -> Iterator[OrderMargin]:
    """Yield the margins of each order: foreseen when signing, as accounting sees it, and real."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        if entry.order_id:
            sums[entry.order_id, entry.kind] += entry.amount
            sums[entry.order_id, "all"] += entry.amount
    foreseen: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for change in ledger.log.changes:
        if change.effective_on <= last_day:
            rate = ledger.log.orders[change.order_id].exchange_rate
            foreseen[change.order_id] += to_eur(change.ht, rate) - change.standard_cost
    for order_id in ledger.log.orders:
        yield OrderMargin(
            order_id=order_id,
            revenue=sums[order_id, "revenue"],
            m_theo=foreseen[order_id],
            m_acct=sum((sums[order_id, kind] for kind in ACCOUNTING_KINDS), ZERO),
            m_real=sums[order_id, "all"],
            cost_of_credit=sums[order_id, "cost_of_credit"],
            bad_debt=sums[order_id, "bad_debt"],
        )


def client_margins(entries: list[Entry]) -> dict[str, Decimal]:
    """Return the real margin of each client, invoices and costs without an order included."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        if entry.client_key:
            sums[entry.client_key] += entry.amount
    return dict(sums)
