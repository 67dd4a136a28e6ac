"""The truth, replayed from the event log: euro amounts, due dates, and what settled them on which day.

Written from the business rules alone: it reads no export and shares nothing with the pipeline's SQL, so that the two
can disagree.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.facts import Allocation, Invoice, Log
from ingestion.demo.money import ZERO, cents

LOSSES = ("write_off", "bad_debt", "early_payment_discount", "compensation")


def to_eur(amount: Decimal, exchange_rate: Decimal | None) -> Decimal:
    """Return a document's amount in euro, to the cent."""
    return cents(amount * exchange_rate) if exchange_rate else amount


@dataclass(frozen=True)
class Due:
    """An instalment of a posted document, in euro; negative for a credit note."""

    instalment_id: str
    invoice_id: str
    order_id: str | None
    client_key: str
    issued_on: date
    due_on: date
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Settlement:
    """A part of an instalment settled on a day, in euro; no instalment for money matched with nothing."""

    instalment_id: str | None
    invoice_id: str | None
    kind: str
    effective_on: date
    amount: Decimal
    payment_id: str | None = None
    cash_on: date | None = None


class Ledger:
    """Everything due and everything settled, in euro."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.invoices = {key: invoice for key, invoice in log.invoices.items() if invoice.state == "posted"}
        self.dues = {due.instalment_id: due for due in self._dues()}
        self.settlements = list(self._settlements())
        self.by_instalment: dict[str, list[Settlement]] = defaultdict(list)
        for settlement in self.settlements:
            if settlement.instalment_id:
                self.by_instalment[settlement.instalment_id].append(settlement)

    def _dues(self) -> Iterator[Due]:
        for instalment in self.log.instalments.values():
            invoice = self.invoices.get(instalment.invoice_id)
            if invoice:
                yield Due(
                    instalment_id=instalment.instalment_id,
                    invoice_id=invoice.invoice_id,
                    order_id=invoice.order_id,
                    client_key=invoice.client_key,
                    issued_on=invoice.issued_on,
                    due_on=instalment.due_on,
                    kind=instalment.kind,
                    amount=to_eur(instalment.ttc, invoice.exchange_rate),
                )

    def _settlements(self) -> Iterator[Settlement]:
        matched: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for allocation in self.log.allocations:
            invoice = self.invoices[allocation.invoice_id]
            if allocation.kind == "payment":
                rows = list(self._paid(allocation, invoice))
                matched[allocation.payment_id or ""] += sum((row.amount for row in rows if row.kind == "payment"), ZERO)
                yield from rows
            elif allocation.kind == "credit_note":
                yield from self._credited(allocation, invoice)
            else:
                effective_on = max(allocation.allocated_on, invoice.issued_on)
                for instalment_id, amount in allocation.spread:
                    eur = to_eur(amount, invoice.exchange_rate)
                    yield Settlement(instalment_id, invoice.invoice_id, allocation.kind, effective_on, eur)
        yield from self._unmatched(matched)

    def _paid(self, allocation: Allocation, invoice: Invoice) -> Iterator[Settlement]:
        payment = self.log.payments[allocation.payment_id or ""]
        effective_on = max(payment.paid_on, invoice.issued_on)
        for instalment_id, amount in allocation.spread:
            eur, document = to_eur(amount, invoice.exchange_rate), (instalment_id, invoice.invoice_id)
            yield Settlement(*document, "payment", effective_on, eur, payment.payment_id, payment.paid_on)
            if payment.bounced_on:
                yield Settlement(
                    *document, "reversal", payment.bounced_on, -eur, payment.payment_id, payment.bounced_on
                )

    def _credited(self, allocation: Allocation, invoice: Invoice) -> Iterator[Settlement]:
        """Yield both legs: the invoice is settled, and the credit note is used up, on the same day."""
        note = self.invoices[allocation.credit_note_id or ""]
        effective_on = max(invoice.issued_on, note.issued_on)
        (note_instalment,) = (due for due in self.dues.values() if due.invoice_id == note.invoice_id)
        for instalment_id, amount in allocation.spread:
            eur = to_eur(amount, invoice.exchange_rate)
            yield Settlement(instalment_id, invoice.invoice_id, "credit_note", effective_on, eur)
            yield Settlement(note_instalment.instalment_id, note.invoice_id, "credit_note", effective_on, -eur)

    def _unmatched(self, matched: dict[str, Decimal]) -> Iterator[Settlement]:
        for payment in self.log.payments.values():
            received = to_eur(payment.amount, payment.exchange_rate)
            rest = (received if payment.direction == "in" else -received) - matched[payment.payment_id]
            if not rest:
                continue
            yield Settlement(None, None, "unallocated", payment.paid_on, rest, payment.payment_id, payment.paid_on)
            if payment.bounced_on:
                bounced_on = payment.bounced_on
                yield Settlement(None, None, "unallocated", bounced_on, -rest, payment.payment_id, bounced_on)

    def open_on(self, due: Due, day: date) -> Decimal:
        """Return what is open of an instalment at the end of a day; nothing before it is issued."""
        if due.issued_on > day:
            return ZERO
        settled = (row.amount for row in self.by_instalment[due.instalment_id] if row.effective_on <= day)
        return due.amount - sum(settled, ZERO)

    def ht_part(self, invoice_id: str, ttc: Decimal) -> Decimal:
        """Return the part before tax of an amount with tax, by the document's own VAT mix."""
        invoice = self.invoices[invoice_id]
        whole = to_eur(invoice.ttc, invoice.exchange_rate)
        return cents(ttc * to_eur(invoice.ht, invoice.exchange_rate) / whole) if whole else ttc


def days_between(first: date, last: date) -> Decimal:
    """Return the days from a day to another, as a Decimal to multiply money with."""
    return Decimal((last - first) // timedelta(days=1))
