"""The truth, replayed from the event log: euro amounts, due dates, and what settled them on which day.

Written from the business rules alone: it reads no export and shares nothing with the pipeline's SQL, so that the two
can disagree.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.facts import Allocation, Invoice, Log, Payment
from ingestion.demo.money import ZERO, cents, split

LOSSES = ("write_off", "bad_debt", "early_payment_discount", "compensation", "exchange_difference")


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
        for payment_id, allocations in self._payments_of().items():
            for row in self._paid(self.log.payments[payment_id], allocations):
                if row.kind == "payment":
                    matched[payment_id] += row.amount
                yield row
        for allocation in self.log.allocations:
            invoice = self.invoices[allocation.invoice_id]
            if allocation.kind == "credit_note":
                yield from self._credited(allocation, invoice)
            elif allocation.kind != "payment":
                effective_on = max(allocation.allocated_on, invoice.issued_on)
                for instalment_id, amount in allocation.spread:
                    eur = to_eur(amount, invoice.exchange_rate)
                    yield Settlement(instalment_id, invoice.invoice_id, allocation.kind, effective_on, eur)
        yield from self._unmatched(matched)

    def _payments_of(self) -> dict[str, list[Allocation]]:
        """Return the matches of each payment."""
        found: dict[str, list[Allocation]] = defaultdict(list)
        for allocation in self.log.allocations:
            if allocation.kind == "payment":
                found[allocation.payment_id or ""].append(allocation)
        return found

    def _paid(self, payment: Payment, allocations: list[Allocation]) -> Iterator[Settlement]:
        """Yield what a payment settles: what it brought, and the difference with the rate of the invoice."""
        parts = [
            (max(payment.paid_on, self.invoices[match.invoice_id].issued_on), match, instalment_id, amount)
            for match in allocations
            for instalment_id, amount in match.spread
        ]
        parts.sort(key=lambda part: (part[0], part[1].allocation_id))
        booked = [to_eur(amount, self.invoices[match.invoice_id].exchange_rate) for _, match, _, amount in parts]
        brought = self._brought(payment, [amount for *_, amount in parts], booked, parts[0][1].invoice_id)
        for (effective_on, match, instalment_id, _), invoiced, cash in zip(parts, booked, brought, strict=True):
            document, origin = (instalment_id, match.invoice_id), (payment.payment_id, payment.paid_on)
            for kind, amount in (("payment", cash), ("exchange_difference", invoiced - cash)):
                if amount:
                    yield Settlement(*document, kind, effective_on, amount, *origin)
                if amount and payment.bounced_on:
                    undone = "reversal" if kind == "payment" else kind
                    yield Settlement(
                        *document, undone, payment.bounced_on, -amount, payment.payment_id, payment.bounced_on
                    )

    def _brought(
        self, payment: Payment, amounts: list[Decimal], booked: list[Decimal], invoice_id: str
    ) -> list[Decimal]:
        """Return the euros that a payment brought for each of its parts. Its invoices are all in one currency."""
        invoice = self.invoices[invoice_id]
        if invoice.currency == "EUR":
            return booked
        sign = -1 if payment.direction == "out" else 1
        if payment.currency == "EUR":
            return split(sign * payment.amount, booked)
        received = to_eur(sign * payment.amount, payment.exchange_rate)
        *parts, _ = split(received, [*amounts, sign * payment.amount - sum(amounts, ZERO)])
        return parts

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
