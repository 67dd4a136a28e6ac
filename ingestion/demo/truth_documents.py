"""The truth about documents: what was posted, what is due, what was paid and by whom, in euro."""

from collections.abc import Iterator
from decimal import Decimal

from ingestion.demo.money import ZERO
from ingestion.demo.truth_ledger import Ledger, to_eur

Fact = tuple[object, ...]


def _compta(key: str) -> str:
    return f"compta:{key}"


def documents(ledger: Ledger) -> Iterator[Fact]:
    """Yield each posted document: key, type, reason, order, debtor, currency, dates, amounts before and with tax."""
    for invoice in ledger.invoices.values():
        yield (
            _compta(invoice.invoice_id),
            invoice.doc_type,
            invoice.credit_reason,
            f"gestion:{invoice.order_id}" if invoice.order_id else None,
            invoice.client_key,
            invoice.currency,
            invoice.issued_on,
            invoice.disputed_from,
            invoice.disputed_to,
            to_eur(invoice.ht, invoice.exchange_rate),
            to_eur(invoice.ttc, invoice.exchange_rate),
        )


def document_lines(ledger: Ledger) -> Iterator[Fact]:
    """Yield the lines of each document in euro, summed by role and VAT rate: key, role, rate, before and with tax."""
    for invoice in ledger.invoices.values():
        sums: dict[tuple[str, Decimal], list[Decimal]] = {}
        for line in invoice.lines if invoice.currency == "EUR" else ():
            cell = sums.setdefault((line.role, line.vat), [ZERO, ZERO])
            cell[0] += line.ht
            cell[1] += line.ttc
        for (role, rate), (ht, ttc) in sums.items():
            yield _compta(invoice.invoice_id), role, rate, ht, ttc


def dues(ledger: Ledger) -> Iterator[Fact]:
    """Yield each instalment: its key, document, kind, due date and amount with tax."""
    for due in ledger.dues.values():
        yield _compta(due.instalment_id), _compta(due.invoice_id), due.kind, due.due_on, due.amount


def payments(ledger: Ledger) -> Iterator[Fact]:
    """Yield each payment: key, payer, instrument, value date, day of the bounce, euros (negative: refunded)."""
    for payment in ledger.log.payments.values():
        received = to_eur(payment.amount, payment.exchange_rate)
        yield (
            _compta(payment.payment_id),
            payment.payer_key,
            payment.instrument,
            payment.paid_on,
            payment.bounced_on,
            received if payment.direction == "in" else -received,
        )


def clients(ledger: Ledger) -> Iterator[Fact]:
    """Yield each client: key, whether it belongs to the group, the day of its insolvency, how it pays."""
    for client in ledger.log.clients.values():
        yield client.key, client.is_intercompany, ledger.log.insolvent_on.get(client.key), client.habit.kind
