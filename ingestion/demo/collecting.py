"""How money comes in: habits, payment runs, partial and grouped payments, bounces, slips, losses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from ingestion.demo.calendars import next_run, working_day
from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Allocation, Client, Cost, Payment
from ingestion.demo.money import ZERO, cents, decimal
from ingestion.demo.world import InvoiceFile, Receivable, World

EARLY_RATE = Decimal("0.01")
# The share of invoices that a client forgets until somebody calls, months later.
LOST_IN_THE_POST = 0.035
BAD_DEBT_AFTER = timedelta(days=150)
# The share of payments in a foreign currency that arrive in euro, changed by the client's bank.
CHANGED_BEFORE = 0.3


@dataclass
class Expected:
    """An instalment that a client means to pay on a day."""

    file: InvoiceFile
    receivable: Receivable
    target: date


class Collector:
    """The accounts receivable clerk: expects payments, books what comes, chases and gives up."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.dice("payments")
        self.expected: dict[str, list[Expected]] = {}
        self.credits: dict[str, list[InvoiceFile]] = {}

    def expect(self, file: InvoiceFile) -> None:
        """Plan how the client will settle a new invoice; waiting credits are used first."""
        waiting = self.credits.pop(file.client.key, []) if len(file.receivables) < 3 else []
        for credit in waiting:
            self.use_credit(credit, [file], file.invoice.issued_on)
            if credit.open:
                self.credits.setdefault(file.client.key, []).append(credit)
        random, client, issued_on = self.random, file.client, file.invoice.issued_on
        if client.client_type == "TPE" and random.random() < 0.02:
            self.world.agenda.at(issued_on + timedelta(days=270), partial(self.give_up, file, "bad_debt"))
            return
        is_free = client.currency == "EUR" and client.habit.kind != "giant"
        if client.instrument == "transfer" and is_free and random.random() < 0.012:
            self._pay(client, [Expected(file, file.receivables[0], issued_on)], issued_on - timedelta(days=6))
            return
        if len(file.receivables) > 2 and is_free and random.random() < 0.5:
            second = file.receivables[1].agreed_on
            self.world.agenda.at(working_day(second), partial(self._pay_whole, file))
            return
        for receivable in file.receivables:
            self.plan(file, receivable, self._target(file, receivable))

    def plan(self, file: InvoiceFile, receivable: Receivable, target: date) -> None:
        """Plan the payment of an instalment."""
        target = working_day(target)
        self.expected.setdefault(file.client.key, []).append(Expected(file, receivable, target))
        self.world.agenda.at(target, partial(self._run, file.client))

    def _target(self, file: InvoiceFile, receivable: Receivable) -> date:
        random, client, issued_on = self.random, file.client, file.invoice.issued_on
        due = receivable.agreed_on
        if receivable.instalment.kind == "retention":
            return due + timedelta(days=random.randint(-3, 25))
        if client.instrument == "factor":
            return issued_on + timedelta(days=random.randint(2, 5))
        if client.early_discount and receivable.instalment.kind == "standard":
            return issued_on + timedelta(days=random.randint(6, 10))
        return max(
            _habitual(random, client, due), issued_on + timedelta(days=91 if client.habit.kind == "giant" else 1)
        )

    def _run(self, client: Client, day: date) -> None:
        """Pay what the client means to pay by now: in one payment where it pays by runs."""
        waiting = self.expected.get(client.key, [])
        ready = [item for item in waiting if item.target <= day]
        self.expected[client.key] = [item for item in waiting if item.target > day]
        once = {item.receivable.instalment.instalment_id: item for item in ready}
        payable = [item for item in once.values() if item.receivable.open > 0 and not _is_disputed(item.file, day)]
        if not payable or client.key in self.world.log.insolvent_on:
            return
        if client.habit.run_days or client.habit.kind == "giant":
            self._pay(client, payable, day)
        else:
            for item in payable:
                self._pay(client, [item], day)

    def _pay(self, client: Client, items: Sequence[Expected], day: date) -> None:
        """Book one payment for some instalments, with the slips of real life."""
        random, parts = self.random, []
        slip = random.random() if client.currency == "EUR" else 1.0
        for item in items:
            amount = item.receivable.open
            standard = item.receivable.instalment.kind == "standard"
            prompt = day <= item.file.invoice.issued_on + timedelta(days=12)
            if client.early_discount and standard and prompt and amount == item.receivable.instalment.ttc:
                discount = cents(amount * EARLY_RATE)
                self.allocate(item.file, item.receivable, "early_payment_discount", discount, day)
                amount -= discount
            elif slip < 0.05 and amount > 200:
                amount = cents(amount * decimal(random.uniform(0.35, 0.65)))
                self.plan(item.file, item.receivable, day + timedelta(days=random.randint(15, 50)))
            elif 0.05 <= slip < 0.075 and amount > 100:
                amount -= decimal(random.choice((0.01, 0.02, 0.5, 1.2, 4.9)))
                later = day + timedelta(days=random.randint(20, 60))
                self.world.agenda.at(later, partial(self.give_up, item.file, "write_off"))
            elif 0.075 <= slip < 0.085 and amount > 100:
                self._compensate(item, cents(amount * Decimal("0.2")), day)
                amount = item.receivable.open
            parts.append((item, amount))
        total = sum((amount for _, amount in parts), ZERO)
        is_double = 0.085 <= slip < 0.097
        surplus = decimal(random.choice((10, 90, 100))) if 0.097 <= slip < 0.105 else ZERO
        payment = self._receive(client, total + surplus, day, items[0].file.invoice.invoice_id)
        for item, amount in parts:
            self.allocate(item.file, item.receivable, "payment", amount, payment.recorded_on, payment)
        if is_double or surplus:
            self._overpay(client, total if is_double else surplus, day, items[0].file.invoice.invoice_id, is_double)
        if client.instrument == "direct_debit" and random.random() < 0.10:
            bounced_on = working_day(day + timedelta(days=5))
            self.world.agenda.at(bounced_on, partial(self._bounce, payment, parts))
        if client.instrument == "factor":
            self._fee(items[0].file, cents(total * Decimal("0.012")), day)

    def _pay_whole(self, file: InvoiceFile, day: date) -> None:
        """Pay an instalment plan in one go: the match names the invoice, not the instalments."""
        if file.open <= 0 or file.client.key in self.world.log.insolvent_on:
            return
        payment = self._receive(file.client, file.open, day, file.invoice.invoice_id)
        spread = []
        for receivable in file.receivables:
            spread.append((receivable.instalment.instalment_id, receivable.open))
            receivable.settled += receivable.open
        self._log(
            file, "payment", payment.amount, payment.recorded_on, tuple(spread), payment.payment_id, is_native=False
        )

    def _receive(self, client: Client, amount: Decimal, day: date, label: str, direction: str = "in") -> Payment:
        random = self.random
        delay = random.choice((0, 0, 1, 1, 2, 3)) if random.random() < 0.95 else random.randint(8, 25)
        amount, currency, exchange_rate = self._change(client, amount)
        payment = Payment(
            payment_id=f"R{self.world.number('payment'):05d}",
            payer_key=client.payer_key or client.key,
            paid_on=day,
            recorded_on=min(day + timedelta(days=delay), LAST_DAY),
            direction=direction,
            amount=amount,
            currency=currency,
            exchange_rate=exchange_rate,
            instrument=client.instrument if direction == "in" else "transfer",
            # Banks truncate: the references of one client, and of several, come out the same.
            reference=f"VIR {client.name.upper()[:8]} {label}"[:16] if random.random() < 0.4 else f"{label}",
        )
        self.world.log.payments[payment.payment_id] = payment
        return payment

    def _change(self, client: Client, amount: Decimal) -> tuple[Decimal, str, Decimal | None]:
        """Return what the bank credits for an amount in the client's currency: at the rate of the day."""
        if client.exchange_rate is None:
            return amount, client.currency, None
        random = self.world.dice("exchange")
        rate = (client.exchange_rate * decimal(random.uniform(0.96, 1.03), 4)).quantize(Decimal("0.0001"))
        if random.random() < CHANGED_BEFORE:
            return cents(amount * rate), "EUR", None
        return amount, client.currency, rate

    def allocate(
        self,
        file: InvoiceFile,
        receivable: Receivable,
        kind: str,
        amount: Decimal,
        day: date,
        payment: Payment | None = None,
    ) -> None:
        """Settle a part of an instalment with a payment or a loss."""
        if not amount:
            return
        receivable.settled += amount
        is_native = len(file.receivables) > 1 or self.random.random() < 0.7
        spread = ((receivable.instalment.instalment_id, amount),)
        payment_id = payment.payment_id if payment else None
        self._log(file, kind, amount, day, spread, payment_id, is_native=is_native)

    def _log(
        self,
        file: InvoiceFile,
        kind: str,
        amount: Decimal,
        day: date,
        spread: tuple[tuple[str, Decimal], ...],
        payment_id: str | None = None,
        credit_note_id: str | None = None,
        *,
        is_native: bool = True,
    ) -> None:
        self.world.log.allocations.append(
            Allocation(
                allocation_id=f"L{self.world.number('allocation'):06d}",
                invoice_id=file.invoice.invoice_id,
                kind=kind,
                amount=amount,
                allocated_on=min(max(day, file.invoice.issued_on), LAST_DAY),
                spread=spread,
                payment_id=payment_id,
                credit_note_id=credit_note_id,
                quality=self.random.choice(("native", "native", "native", "lettering", "reference", "amount")),
                is_native=is_native,
            )
        )

    def use_credit(
        self, credit: InvoiceFile, files: Sequence[InvoiceFile], day: date, most: Decimal | None = None
    ) -> None:
        """Settle open invoices with a credit note, oldest due first, until it (or `most`) is used up."""
        left = -credit.open if most is None else min(most, -credit.open)
        open_items = [(file, receivable) for file in files for receivable in file.receivables if receivable.open > 0]
        for file, receivable in sorted(open_items, key=lambda item: item[1].agreed_on):
            amount = min(receivable.open, left)
            if amount <= 0:
                return
            left -= amount
            receivable.settled += amount
            credit.receivables[0].settled -= amount
            self._log(
                file,
                "credit_note",
                amount,
                day,
                ((receivable.instalment.instalment_id, amount),),
                credit_note_id=credit.invoice.invoice_id,
                is_native=len(file.receivables) > 1 or self.random.random() < 0.8,
            )

    def refund(self, credit: InvoiceFile, day: date) -> None:
        """Give back what is left of a credit note."""
        amount = -credit.open
        if amount <= 0:
            return
        payment = self._receive(credit.client, amount, day, credit.invoice.invoice_id, "out")
        self.allocate(credit, credit.receivables[0], "payment", -amount, payment.recorded_on, payment)

    def give_up(self, file: InvoiceFile, kind: str, day: date) -> None:
        """Book what is open as a small difference or a bad debt."""
        for receivable in file.receivables:
            if kind == "bad_debt" or ZERO < receivable.open <= 5:
                self.allocate(file, receivable, kind, receivable.open, day)

    def fail(self, client: Client, day: date) -> None:
        """Record that a client is insolvent; what it owes is lost some months later."""
        self.world.log.insolvent_on[client.key] = day
        files = [file for file in self.world.invoice_files.values() if file.client.key == client.key]
        for file in files:
            if file.open > 0:
                self.world.agenda.at(day + BAD_DEBT_AFTER, partial(self.give_up, file, "bad_debt"))

    def _overpay(self, client: Client, amount: Decimal, day: date, label: str, is_double: bool) -> None:
        """Receive an invoice twice, or a round surplus; the clerk gives it back later, mostly."""
        if is_double:
            self.world.agenda.at(
                working_day(day + timedelta(days=4)), partial(self._received_again, client, amount, label)
            )
        elif self.random.random() < 0.7:
            later = working_day(day + timedelta(days=self.random.randint(20, 60)))
            self.world.agenda.at(later, partial(self._give_back, client, amount))

    def _received_again(self, client: Client, amount: Decimal, label: str, day: date) -> None:
        self._receive(client, amount, day, label)
        later = working_day(day + timedelta(days=self.random.randint(15, 40)))
        self.world.agenda.at(later, partial(self._give_back, client, amount))

    def _give_back(self, client: Client, amount: Decimal, day: date) -> None:
        self._receive(client, amount, day, "TROP PERCU", "out")

    def _bounce(self, payment: Payment, parts: list[tuple[Expected, Decimal]], day: date) -> None:
        """Take a rejected debit back; it is presented again ten days later."""
        self.world.log.payments[payment.payment_id] = replace(payment, state="bounced", bounced_on=day)
        for item, amount in parts:
            item.receivable.settled -= amount
            self.plan(item.file, item.receivable, day + timedelta(days=10))

    def _compensate(self, item: Expected, amount: Decimal, day: date) -> None:
        """Settle a part with what the company owes to a client who is also a supplier."""
        self.allocate(item.file, item.receivable, "compensation", amount, day)

    def _fee(self, file: InvoiceFile, amount: Decimal, day: date) -> None:
        self.world.log.costs.append(
            Cost(
                cost_id=f"F{self.world.number('cost'):06d}",
                cost_on=day,
                recorded_on=day,
                kind="payment_fee",
                amount=amount,
                account="627800",
                order_id=file.invoice.order_id,
                client_key=None if file.invoice.order_id else file.client.key,
            )
        )


def _is_disputed(file: InvoiceFile, day: date) -> bool:
    start, end = file.invoice.disputed_from, file.invoice.disputed_to
    return start is not None and start <= day and (end is None or day < end)


def _habitual(random: Random, client: Client, due: date) -> date:
    """Return the day on which a client of that habit pays, before payment runs and holidays."""
    habit = client.habit
    if random.random() < LOST_IN_THE_POST and habit.kind != "giant":
        return due + timedelta(days=random.randint(90, 320))
    if habit.kind == "prompt" and random.random() < 0.85:
        return working_day(due - timedelta(days=random.randint(0, 4)), step=-1)
    if habit.kind == "run":
        late = random.choice((-12, -8, -4, -2, 4, 10))
        return next_run(due + timedelta(days=late), habit.run_days)
    if habit.kind == "giant":
        return next_run(due + timedelta(days=round(habit.median_days + random.uniform(-3, 2))), (5, 10, 15, 20, 25, 31))
    if habit.kind == "late" and random.random() < 0.2:
        return working_day(due - timedelta(days=1), step=-1)
    median = habit.median_days or 7.0
    return due + timedelta(days=max(1, round(median * random.lognormvariate(0, 0.5))))
