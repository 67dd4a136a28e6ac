"""The truth about signed euros and receivables: the state of every order and the age of every debt, on any day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingestion.demo.facts import Delivery, OrderLineChange
from ingestion.demo.money import ZERO, cents
from ingestion.demo.truth_ledger import LOSSES, Due, Ledger, to_eur

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "91+")


@dataclass(frozen=True)
class EuroState:
    """Where every signed euro of an order is, with tax, at the end of a day."""

    order_id: str
    as_of_on: date
    signed_ttc_eur: Decimal
    cashed_ttc_eur: Decimal
    invoiced_not_due_ttc_eur: Decimal
    retained_ttc_eur: Decimal
    overdue_ttc_eur: Decimal
    delivered_to_invoice_ttc_eur: Decimal
    undelivered_to_invoice_ttc_eur: Decimal
    cancelled_or_credited_ttc_eur: Decimal
    written_off_ttc_eur: Decimal
    over_invoiced_ttc_eur: Decimal

    @property
    def gap(self) -> Decimal:
        """Return what the states miss of the signed amount: nothing, or the truth is wrong (I1)."""
        states = (
            self.cashed_ttc_eur
            + self.invoiced_not_due_ttc_eur
            + self.retained_ttc_eur
            + self.overdue_ttc_eur
            + self.delivered_to_invoice_ttc_eur
            + self.undelivered_to_invoice_ttc_eur
            + self.cancelled_or_credited_ttc_eur
            + self.written_off_ttc_eur
            - self.over_invoiced_ttc_eur
        )
        return states - self.signed_ttc_eur


@dataclass(frozen=True)
class _Flow:
    """An amount that an order gains on a day, under one of S, C, I, CR, PAID, WO, DELIV."""

    kind: str
    on: date
    amount: Decimal


def euro_states(ledger: Ledger, days: Iterable[date]) -> Iterator[EuroState]:
    """Yield the state of each order on each day since its signature."""
    flows, dues = _flows(ledger), defaultdict(list)
    for due in ledger.dues.values():
        if due.order_id:
            dues[due.order_id].append(due)
    for day in days:
        for order in ledger.log.orders.values():
            if order.signed_on <= day:
                yield _state(ledger, order.order_id, day, flows[order.order_id], dues[order.order_id])


def _flows(ledger: Ledger) -> dict[str, list[_Flow]]:
    flows: dict[str, list[_Flow]] = defaultdict(list)
    for change in ledger.log.changes:
        eur = to_eur(change.ttc, ledger.log.orders[change.order_id].exchange_rate)
        is_cancelled = change.kind == "cancellation"
        flows[change.order_id].append(
            _Flow("C" if is_cancelled else "S", change.effective_on, -eur if is_cancelled else eur)
        )
    for order_id, on, amount in _delivered(ledger):
        flows[order_id].append(_Flow("DELIV", on, amount))
    for invoice in ledger.invoices.values():
        if invoice.order_id:
            eur = to_eur(invoice.ttc, invoice.exchange_rate)
            is_final_credit = invoice.doc_type == "credit_note" and invoice.credit_reason != "rebill"
            kind, amount = ("CR", -eur) if is_final_credit else ("I", eur)
            flows[invoice.order_id].append(_Flow(kind, invoice.issued_on, amount))
    for row in ledger.settlements:
        settled_order = ledger.invoices[row.invoice_id].order_id if row.invoice_id else None
        if settled_order:
            flows[settled_order].append(_Flow("WO" if row.kind in LOSSES else "PAID", row.effective_on, row.amount))
    return flows


def _delivered(ledger: Ledger) -> Iterator[tuple[str, date, Decimal]]:
    """Yield deliveries with tax: per order line, the line's total with tax shared out by cumulative rounding."""
    totals: dict[str, list[OrderLineChange]] = defaultdict(list)
    for change in ledger.log.changes:
        if change.kind != "cancellation":
            totals[change.order_line_id].append(change)
    by_line: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in sorted(ledger.log.deliveries, key=lambda item: (item.delivered_on, item.delivery_id)):
        by_line[delivery.order_line_id].append(delivery)
    for order_line_id, deliveries in by_line.items():
        rate = ledger.log.orders[deliveries[0].order_id].exchange_rate
        line_ht = sum((to_eur(change.ht, rate) for change in totals[order_line_id]), ZERO)
        line_ttc = sum((to_eur(change.ttc, rate) for change in totals[order_line_id]), ZERO)
        delivered_ht = delivered_ttc = ZERO
        for delivery in deliveries:
            delivered_ht += to_eur(delivery.ht, rate)
            upto = cents(line_ttc * delivered_ht / line_ht) if line_ht else ZERO
            yield delivery.order_id, delivery.delivered_on, upto - delivered_ttc
            delivered_ttc = upto


def _state(ledger: Ledger, order_id: str, day: date, flows: list[_Flow], dues: list[Due]) -> EuroState:
    total: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for flow in flows:
        if flow.on <= day:
            total[flow.kind] += flow.amount
    remain = total["S"] - total["C"] - total["I"]
    to_invoice = max(remain, ZERO)
    delivered = min(max(total["DELIV"] - total["I"], ZERO), to_invoice)
    retained = overdue = not_due = unused_credit = ZERO
    for due in dues:
        is_open = ledger.open_on(due, day)
        if is_open < 0:
            unused_credit -= is_open
        elif due.due_on < day:
            overdue += is_open
        elif due.kind == "retention":
            retained += is_open
        else:
            not_due += is_open
    return EuroState(
        order_id=order_id,
        as_of_on=day,
        signed_ttc_eur=total["S"],
        cashed_ttc_eur=total["PAID"],
        invoiced_not_due_ttc_eur=not_due,
        retained_ttc_eur=retained,
        overdue_ttc_eur=overdue,
        delivered_to_invoice_ttc_eur=delivered,
        undelivered_to_invoice_ttc_eur=to_invoice - delivered,
        cancelled_or_credited_ttc_eur=total["C"] + total["CR"],
        written_off_ttc_eur=total["WO"],
        over_invoiced_ttc_eur=max(-remain, ZERO) + unused_credit,
    )


@dataclass(frozen=True)
class OutsideState:
    """Where the euros that a client was invoiced without an order are, with tax, at the end of a day."""

    client_key: str
    as_of_on: date
    invoiced_ttc_eur: Decimal
    cashed_ttc_eur: Decimal
    settled_by_credit_ttc_eur: Decimal
    invoiced_not_due_ttc_eur: Decimal
    retained_ttc_eur: Decimal
    overdue_ttc_eur: Decimal
    credited_ttc_eur: Decimal
    written_off_ttc_eur: Decimal
    unused_credit_ttc_eur: Decimal


def outside_states(ledger: Ledger, days: Iterable[date]) -> Iterator[OutsideState]:
    """Yield the state of what each client was invoiced without an order, on each day since the first such document."""
    outside = [invoice for invoice in ledger.invoices.values() if not invoice.order_id]
    for day in days:
        total: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
        for invoice in outside:
            if invoice.issued_on <= day:
                is_final_credit = invoice.doc_type == "credit_note" and invoice.credit_reason != "rebill"
                total[invoice.client_key]["CR" if is_final_credit else "I"] += to_eur(
                    invoice.ttc, invoice.exchange_rate
                )
        for due in ledger.dues.values():
            if due.order_id or due.issued_on > day:
                continue
            cells, is_open = total[due.client_key], ledger.open_on(due, day)
            cells[_state_of(due, is_open, day)] += is_open
            for row in ledger.by_instalment[due.instalment_id]:
                if row.effective_on <= day:
                    kind = "CREDIT" if row.kind == "credit_note" else "WO" if row.kind in LOSSES else "PAID"
                    cells[kind] += row.amount
        for client_key, cells in sorted(total.items()):
            yield OutsideState(
                client_key=client_key,
                as_of_on=day,
                invoiced_ttc_eur=cells["I"],
                cashed_ttc_eur=cells["PAID"],
                settled_by_credit_ttc_eur=cells["CREDIT"],
                invoiced_not_due_ttc_eur=cells["not_due"],
                retained_ttc_eur=cells["retained"],
                overdue_ttc_eur=cells["overdue"],
                credited_ttc_eur=-cells["CR"],
                written_off_ttc_eur=cells["WO"],
                unused_credit_ttc_eur=-cells["credit_note"],
            )


def _state_of(due: Due, is_open: Decimal, day: date) -> str:
    bucket = bucket_of(due, is_open, day)
    return bucket if bucket in ("not_due", "retained", "credit_note") else "overdue"


def bucket_of(due: Due, is_open: Decimal, day: date) -> str:
    """Return the bucket of an open instalment; unused credit notes and retentions not due stand apart."""
    if is_open < 0:
        return "credit_note"
    late = (day - due.due_on).days
    if late <= 0:
        return "retained" if due.kind == "retention" else "not_due"
    return BUCKETS[min(1 + (late - 1) // 30, 4)]


def ar_aging(ledger: Ledger, days: Iterable[date]) -> Iterator[tuple[date, str, str, Decimal]]:
    """Yield (day, client, bucket, open with tax): the whole ledger of debts, money on account included."""
    for day in days:
        cells: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        for due in ledger.dues.values():
            is_open = ledger.open_on(due, day)
            if is_open:
                cells[due.client_key, bucket_of(due, is_open, day)] += is_open
        for client_key, amount in _on_account(ledger, day):
            cells[client_key, "unallocated"] -= amount
        for (client_key, bucket), amount in sorted(cells.items()):
            if amount:
                yield day, client_key, bucket, amount


def _on_account(ledger: Ledger, day: date) -> Iterator[tuple[str, Decimal]]:
    """Yield what the company holds for its clients: money matched with nothing, which is its payer's, and money for an
    invoice that is not issued yet, which is its debtor's.
    """
    for row in ledger.settlements:
        if row.kind == "unallocated" and row.effective_on <= day:
            yield ledger.log.payments[row.payment_id or ""].payer_key, row.amount
        elif row.instalment_id and row.cash_on and row.cash_on <= day < row.effective_on:
            yield ledger.dues[row.instalment_id].client_key, row.amount


def sales_of_month(ledger: Ledger, day: date) -> Decimal:
    """Return what was invoiced with tax in the month of a day, credit notes deducted."""
    return sum(
        (
            to_eur(invoice.ttc, invoice.exchange_rate)
            for invoice in ledger.invoices.values()
            if (invoice.issued_on.year, invoice.issued_on.month) == (day.year, day.month) and invoice.issued_on <= day
        ),
        ZERO,
    )
