"""The truth about how clients pay, and about what they never paid: day by day, from the event log alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.calendars import add_months, month_end
from ingestion.demo.facts import Invoice
from ingestion.demo.money import ZERO
from ingestion.demo.truth_ledger import Due, Ledger, days_between

HISTORY_MONTHS = 24
NEVER = date.max
SHARE = Decimal("0.000001")


@dataclass
class ClientPayments:
    """What a debtor paid in two years, and what it owes overdue or made the company lose; euro-days are sums of both.

    `run_days` is the client's habit, where it pays by runs.
    """

    client_key: str
    run_days: str | None
    payments: set[str] = field(default_factory=set)
    factored: set[str] = field(default_factory=set)
    bounced: set[str] = field(default_factory=set)
    paid: Decimal = ZERO
    unpaid: Decimal = ZERO
    on_time: Decimal = ZERO
    pay_euro_days: Decimal = ZERO
    late_euro_days: Decimal = ZERO
    undisputed_euro_days: Decimal = ZERO

    def weigh(self, amount: Decimal, due: Due, until: date, invoice: Invoice) -> None:
        """Add what was carried until a day."""
        self.pay_euro_days += amount * days_between(due.issued_on, until)
        self.late_euro_days += amount * days_between(due.due_on, until)
        own_days = days_between(due.due_on, until) - _disputed_days(invoice, due.due_on, until)
        self.undisputed_euro_days += amount * own_days


@dataclass(frozen=True)
class _Lot:
    """A part of an instalment; `payment_id` where it was paid, `is_loss` where it was given up or is open."""

    amount: Decimal
    until: date
    known_on: date
    payment_id: str | None = None
    is_loss: bool = False


def client_payments(ledger: Ledger, day: date) -> Iterator[ClientPayments]:
    """Yield how each client with a history has paid, as known on a month-end: guarantees left out, and what a factor
    paid only counted.
    """
    after = month_end(add_months(day, -HISTORY_MONTHS))
    clients, factored = ledger.log.clients, _factored(ledger, day)
    found: dict[str, ClientPayments] = {}
    for due in ledger.dues.values():
        if due.kind == "retention" or due.amount <= 0 or due.issued_on > day:
            continue
        client = clients[due.client_key]
        runs = ", ".join(str(run) for run in client.habit.run_days) or None
        own = found.setdefault(client.key, ClientPayments(client.key, runs))
        stop = ledger.log.insolvent_on.get(client.key, NEVER)
        for lot in _lots(ledger, due, day):
            if lot.known_on <= after:
                continue
            if due.invoice_id in factored:
                own.factored.add(due.invoice_id)
            elif lot.payment_id:
                own.payments.add(lot.payment_id)
                own.paid += lot.amount
                own.on_time += lot.amount if lot.until <= due.due_on else ZERO
                own.weigh(lot.amount, due, lot.until, ledger.invoices[due.invoice_id])
            elif lot.is_loss and min(lot.until, stop) > due.due_on:
                own.unpaid += lot.amount
                own.weigh(lot.amount, due, min(lot.until, stop), ledger.invoices[due.invoice_id])
    for row in ledger.settlements:
        if row.kind == "reversal" and after < row.effective_on <= day and row.instalment_id:
            found[ledger.dues[row.instalment_id].client_key].bounced.add(row.payment_id or "")
    yield from found.values()


def payment_lots(ledger: Ledger, day: date) -> Iterator[tuple[str, int, bool, Decimal]]:
    """Yield (client, days late, paid, share of the instalment) of each part of what fell due in the history or later:
    what is not paid was last seen at that age.
    """
    after, factored = month_end(add_months(day, -HISTORY_MONTHS)), _factored(ledger, day)
    for due in ledger.dues.values():
        is_followed = due.kind != "retention" and due.amount > 0 and due.issued_on <= day and due.due_on > after
        if not is_followed or due.invoice_id in factored:
            continue
        stop = ledger.log.insolvent_on.get(due.client_key, NEVER)
        for lot in _lots(ledger, due, day):
            until = min(lot.until, stop) if lot.is_loss else lot.until
            share = (lot.amount / due.amount).quantize(SHARE)
            yield due.client_key, (until - due.due_on).days, lot.payment_id is not None, share


def _lots(ledger: Ledger, due: Due, day: date) -> Iterator[_Lot]:
    """Yield the parts of an instalment as they stand on a day; what bounced settled nothing."""
    for row in ledger.by_instalment[due.instalment_id]:
        payment = ledger.log.payments.get(row.payment_id or "")
        if row.amount <= 0 or row.effective_on > day or (payment and payment.state == "bounced"):
            continue
        if row.kind == "payment":
            yield _Lot(row.amount, row.cash_on or row.effective_on, row.effective_on, payment_id=row.payment_id)
        else:
            yield _Lot(row.amount, row.effective_on, row.effective_on, is_loss=row.kind == "bad_debt")
    still_open = ledger.open_on(due, day)
    if still_open > 0:
        yield _Lot(still_open, day, NEVER, is_loss=True)


def _factored(ledger: Ledger, day: date) -> set[str]:
    """Return the invoices for which a factor had paid by a day."""
    return {
        row.invoice_id
        for row in ledger.settlements
        if row.invoice_id
        and row.payment_id
        and row.effective_on <= day
        and ledger.log.payments[row.payment_id].instrument == "factor"
    }


def _disputed_days(invoice: Invoice, due_on: date, until: date) -> int:
    """Return how many of the late days, the last one included, were spent in dispute."""
    if invoice.disputed_from is None:
        return 0
    late_days = ((due_on + timedelta(days=step)) for step in range(1, (until - due_on).days + 1))
    return sum(1 for day in late_days if invoice.disputed_from <= day <= (invoice.disputed_to or NEVER))
