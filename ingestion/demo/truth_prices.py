"""The truth about prices: what each invoice line lists, why it costs less, and each step from there to the real margin.

The quote line of an order line is known here by its position; the pipeline is told of no such link and has to find it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Invoice, InvoiceLine, QuoteLine
from ingestion.demo.money import ZERO, cents
from ingestion.demo.truth_ledger import Ledger, to_eur
from ingestion.demo.truth_margins import margin_entries

Fact = tuple[object, ...]

ROUNDING = Decimal("0.05")
CONCESSIONS = ("price", "commercial")
FOOT = {"discount": "header", "rounding": "rounding"}
NO_PRICE = ("deposit", "deposit_deduction", "penalty")


@dataclass(frozen=True)
class LinePrice:
    """An invoice line in euro before tax: list price - discount - unexplained = price."""

    line_id: str
    invoice: Invoice
    offer_id: str | None
    listed: Decimal
    origin: str
    discount: Decimal
    unexplained: Decimal
    price: Decimal


def _sold(ledger: Ledger, order_line_id: str | None) -> QuoteLine | None:
    """Return the quote line that became an order line: the nth that counts became the nth; none, if agreed by mail."""
    if order_line_id is None:
        return None
    order_id, _, number = order_line_id.rpartition("-")
    quote = ledger.log.quotes.get(ledger.log.orders[order_id].quote_id or "")
    return [line for line in quote.lines if line.counts][int(number) - 1] if quote else None


def _is_concession(invoice: Invoice) -> bool:
    return invoice.doc_type == "credit_note" and invoice.credit_reason in CONCESSIONS


def _price(ledger: Ledger, invoice: Invoice, line: InvoiceLine) -> LinePrice:
    rate, price = invoice.exchange_rate, to_eur(line.ht, invoice.exchange_rate)
    key = f"compta:{invoice.invoice_id}-L{line.line_number:02d}"
    offer_id = f"gestion:{line.offer_id}" if line.offer_id else None
    if line.role in FOOT:
        return LinePrice(key, invoice, offer_id, ZERO, FOOT[line.role], -price, ZERO, price)
    listed = price if line.list_price is None else to_eur(cents(line.quantity * line.list_price), rate)
    sold, gap, quoted = _sold(ledger, line.order_line_id), listed - price, ZERO
    if sold and sold.origin != "none":
        whole = cents(sold.quantity * sold.list_price)
        quoted = cents(listed * (whole - sold.ht) / whole)
    discount = gap if abs(gap - quoted) <= ROUNDING else quoted
    origin = sold.origin if sold and quoted else "rounding"
    return LinePrice(key, invoice, offer_id, listed, origin if discount else "none", discount, gap - discount, price)


def _prices(ledger: Ledger) -> Iterator[LinePrice]:
    for invoice in ledger.invoices.values():
        if invoice.issued_on <= LAST_DAY and not _is_concession(invoice):
            yield from (_price(ledger, invoice, line) for line in invoice.lines if line.role not in NO_PRICE)


def line_prices(ledger: Ledger) -> Iterator[Fact]:
    """Yield each line that sets a price: key, day, debtor, offer, origin; list price, discount, unexplained, price."""
    for row in _prices(ledger):
        document = (row.line_id, row.invoice.issued_on, row.invoice.client_key, row.offer_id, row.origin)
        yield (*document, row.listed, row.discount, row.unexplained, row.price)


def _conceded(ledger: Ledger) -> Iterator[tuple[Invoice, str, Decimal]]:
    """Yield what documents take or give beside their prices: price concessions, year-end rebates, penalties."""
    for invoice in ledger.invoices.values():
        granted = "credit_note" if invoice.credited_invoice_id else "rebate"
        for line in invoice.lines:
            amount = to_eur(line.ht, invoice.exchange_rate)
            if line.role == "penalty":
                yield invoice, "penalty", amount
            elif _is_concession(invoice) and line.role not in NO_PRICE:
                yield invoice, granted, amount


def price_steps(ledger: Ledger) -> Iterator[Fact]:
    """Yield the sum of each step by order and client, where it is not zero: order, client, step, signed euros."""
    sums: dict[tuple[str | None, str | None, str], Decimal] = defaultdict(lambda: ZERO)
    for row in _prices(ledger):
        order_id, client_key = row.invoice.order_id, row.invoice.client_key
        sums[order_id, client_key, "list"] += row.listed
        sums[order_id, client_key, f"discount_{row.origin}"] -= row.discount
        sums[order_id, client_key, "discount_unexplained"] -= row.unexplained
    for invoice, step, amount in _conceded(ledger):
        if invoice.issued_on <= LAST_DAY:
            sums[invoice.order_id, invoice.client_key, step] += amount
    for entry in margin_entries(ledger, LAST_DAY):
        if entry.kind != "revenue":
            sums[entry.order_id, entry.client_key, entry.kind] += entry.amount
    for (order, client, step), amount in sums.items():
        if amount:
            yield f"gestion:{order}" if order else None, client, step, amount
