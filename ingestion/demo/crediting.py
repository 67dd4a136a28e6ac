"""Credit notes: price, return, commercial, cancelled and invoiced again; disputes that end in one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ingestion.demo.calendars import working_day
from ingestion.demo.collecting import Collector
from ingestion.demo.documents import plain_line, post, void_copy
from ingestion.demo.facts import Delivery, Invoice, InvoiceLine
from ingestion.demo.money import ZERO, cents, decimal, split
from ingestion.demo.world import Action, InvoiceFile, LineFile, World

DISCOUNT_ACCOUNT = "709000"


class Corrections:
    """What goes wrong with an invoice after it was sent."""

    def __init__(self, world: World, collector: Collector) -> None:
        self.world = world
        self.collector = collector
        self.random = world.dice("corrections")
        self.void: set[str] = set()

    def foresee(self, file: InvoiceFile) -> None:
        """Draw whether an invoice will be disputed, corrected, doubled or softened, and plan it."""
        if file.client.currency != "EUR" or file.invoice.doc_type == "deposit" or len(file.receivables) > 2:
            return
        random, issued_on = self.random, file.invoice.issued_on
        fate = random.random()
        is_single = len(file.receivables) == 1
        if fate < 0.035:
            self._at(issued_on, (6, 20), partial(self._dispute, file))
        elif fate < 0.055 and is_single:
            self._at(issued_on, (4, 10), partial(self._rebill, file))
        elif fate < 0.075:
            self._at(issued_on, (45, 110), partial(self._soften, file))
        elif fate < 0.083 and is_single:
            self._at(issued_on, (1, 2), partial(self._double, file))
        elif fate < 0.10:
            void_copy(self.world, file, "draft" if random.random() < 0.5 else "cancelled", issued_on)

    def _at(self, day: date, days: tuple[int, int], action: Action) -> None:
        later = working_day(day + timedelta(days=self.random.randint(*days)))
        self.world.agenda.at(later, action)

    def credit(
        self, file: InvoiceFile, lines: list[InvoiceLine], reason: str, day: date, *, is_waiting: bool = False
    ) -> InvoiceFile:
        """Post a credit note on an invoice; what the invoice does not absorb is kept for the next one, or refunded."""
        note = post(self.world, file.client, file.order_file, lines, day, "credit_note", None, file.invoice, reason)
        self.collector.use_credit(note, [file], day)
        if note.open and is_waiting:
            self.collector.credits.setdefault(file.client.key, []).append(note)
        elif note.open:
            self._at(day, (10, 35), partial(self.collector.refund, note))
        return note

    def _dispute(self, file: InvoiceFile, day: date) -> None:
        if file.open <= 0:
            return
        end = working_day(day + timedelta(days=self.random.randint(20, 75)))
        self._mark(file, replace(file.invoice, disputed_from=day))
        self.world.agenda.at(end, partial(self._settle_dispute, file))

    def _mark(self, file: InvoiceFile, invoice: Invoice) -> None:
        file.invoice = self.world.log.invoices[invoice.invoice_id] = invoice

    def _settle_dispute(self, file: InvoiceFile, day: date) -> None:
        self._mark(file, replace(file.invoice, disputed_to=day))
        if self.random.random() < 0.55 and file.open > 0:
            line = max(file.invoice.lines, key=lambda item: item.ht)
            part = cents(line.ht * decimal(self.random.uniform(0.08, 0.25)))
            if part > 0:
                self.credit(file, [_partial(line, part)], "price", day)
        for receivable in file.receivables:
            if receivable.open > 0:
                target = max(day + timedelta(days=7), receivable.agreed_on)
                self.collector.plan(file, receivable, target)

    def _rebill(self, file: InvoiceFile, day: date) -> None:
        """Cancel an unpaid invoice (wrong address) and invoice the same again."""
        if file.open != file.invoice.ttc or file.open <= 0:
            return
        self.void.add(file.invoice.invoice_id)
        self.credit(file, [_negative(line) for line in file.invoice.lines], "rebill", day)
        again = post(self.world, file.client, file.order_file, file.invoice.lines, day, file.invoice.doc_type)
        self.collector.expect(again)

    def _double(self, file: InvoiceFile, day: date) -> None:
        """Invoice the same thing twice by mistake; the second is cancelled when the client complains."""
        if file.order_file is None or file.invoice.ttc <= 0:
            return
        twin = post(self.world, file.client, file.order_file, file.invoice.lines, day, file.invoice.doc_type)
        lines = [_negative(line) for line in twin.invoice.lines]
        self._at(day, (12, 40), partial(self.credit, twin, lines, "rebill"))

    def _soften(self, file: InvoiceFile, day: date) -> None:
        """Grant a commercial gesture, often on an invoice that is already paid."""
        best = max(file.invoice.lines, key=lambda line: line.ht)
        gesture = cents(best.ht * decimal(self.random.uniform(0.02, 0.05)))
        if gesture > 0:
            line = plain_line("discount", -gesture, best.vat, DISCOUNT_ACCOUNT)
            self.credit(file, [line], "commercial", day, is_waiting=self.random.random() < 0.5)

    def give_back(self, file: InvoiceFile, line: LineFile, day: date) -> None:
        """Take goods back: a negative delivery, and a credit note of the same value."""
        sold = next((item for item in file.invoice.lines if item.order_line_id == line.order_line_id), None)
        if sold is None or sold.quantity < 2 or sold.ht <= 0 or file.invoice.invoice_id in self.void:
            return
        quantity = Decimal(max(1, int(sold.quantity) // 4))
        ht = cents(sold.ht * quantity / sold.quantity)
        order_id = file.invoice.order_id or ""
        self.world.log.deliveries.append(
            Delivery(
                delivery_id=f"BR{day:%y}-{self.world.number('return'):04d}",
                order_id=order_id,
                order_line_id=line.order_line_id,
                delivered_on=day,
                recorded_on=day,
                quantity=-quantity,
                ht=-ht,
                evidence="delivery_note",
            )
        )
        self.credit(file, [_partial(sold, ht)], "return", day)

    def rebate(self, files: list[InvoiceFile], amount: Decimal, day: date) -> None:
        """Grant a year-end rebate: one credit note, linked to no invoice, used on several."""
        line = plain_line("discount", -cents(amount), Decimal("0.20"), DISCOUNT_ACCOUNT)
        note = post(self.world, files[0].client, None, [line], day, "credit_note", None, None, "commercial")
        shares = split(-note.open, [Decimal(1)] * min(3, len(files)))
        for file, share in zip(files, shares, strict=False):
            self.collector.use_credit(note, [file], day, share)
        if note.open:
            self.collector.credits.setdefault(files[0].client.key, []).append(note)


def _negative(line: InvoiceLine) -> InvoiceLine:
    return replace(line, quantity=-line.quantity, ht=-line.ht, ttc=-line.ttc)


def _partial(line: InvoiceLine, ht: Decimal) -> InvoiceLine:
    """Return the credit of a part of a line."""
    quantity = (line.quantity * ht / line.ht).quantize(Decimal("0.000001")) if line.ht else ZERO
    return replace(line, quantity=-quantity, ht=-ht, ttc=-(ht + cents(ht * line.vat)))
