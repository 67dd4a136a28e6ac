"""How orders are carried out: shipments, milestones, days worked and periods, each with its invoicing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ingestion.demo.billing import Billing, share_of
from ingestion.demo.calendars import add_months, month_end, working_day
from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Delivery, Quote
from ingestion.demo.money import ZERO, split
from ingestion.demo.ordering import amend, cancel, cancel_rest, open_order, revise_price
from ingestion.demo.quoting import DealFile, Wish
from ingestion.demo.selling import Sales
from ingestion.demo.spending import Spending
from ingestion.demo.world import SIX_PLACES, LineFile, OrderFile, World

Marks = dict[str, Decimal]


def _part(line: LineFile, share: Decimal) -> Decimal:
    """Return a share of an order line's quantity (6 places)."""
    return (line.quantity * share).quantize(SIX_PLACES)


class Operations:
    """The workshop, the engineers and the support: what follows a signature."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.dice("operations")
        self.billing = Billing(world)
        self.spending = Spending(world)
        self.sales = Sales(world, self.sign)

    def sign(self, world: World, deal_file: DealFile, quote: Quote | None, day: date) -> None:
        """Open the order and plan its execution."""
        file = open_order(world, deal_file, quote, day)
        self.spending.on_signature(file, deal_file, day)
        start = {
            "product": self._plan_shipments,
            "project": self._plan_project,
            "time_and_material": self._plan_days,
            "subscription": self._plan_subscription,
        }[file.order.sale_type]
        start(file, day)

    def _is_stopped(self, file: OrderFile) -> bool:
        return file.client.key in self.world.log.insolvent_on or file.live == ZERO

    def _deliver(self, file: OrderFile, marks: Marks, day: date, evidence: str) -> list[LineFile]:
        """Deliver order lines up to cumulative quantities, within what is not cancelled; return those that moved."""
        delay = self.random.choice((0, 0, 0, 1, 2)) if self.random.random() < 0.97 else self.random.randint(15, 30)
        moved = []
        for line in file.lines:
            quantity = marks[line.order_line_id] - line.delivered_quantity
            ht = min(line.worth(marks[line.order_line_id]), line.live) - line.delivered
            if quantity <= ZERO or (ht <= ZERO and line.ht):
                continue
            self.spending.on_delivery(file, line, ht, day)
            self.world.log.deliveries.append(
                Delivery(
                    delivery_id=f"BL{day:%y}-{self.world.number('delivery'):05d}",
                    order_id=file.order.order_id,
                    order_line_id=line.order_line_id,
                    delivered_on=day,
                    recorded_on=min(day + timedelta(days=delay), LAST_DAY),
                    quantity=quantity,
                    ht=ht,
                    evidence=evidence,
                )
            )
            line.delivered += ht
            line.delivered_quantity += quantity
            moved.append(line)
        return moved

    # Products: one to three shipments, invoiced as they leave or at the end of the month.

    def _plan_shipments(self, file: OrderFile, day: date) -> None:
        random = self.random
        count = random.choices((1, 2, 3), (0.6, 0.3, 0.1))[0] if file.client.currency == "EUR" else 1
        if random.random() < 0.02:
            self.world.agenda.at(
                day + timedelta(days=9), partial(cancel_rest, self.world, file, reason="Annulation client")
            )
            return
        if random.random() < 0.08 and file.client.currency == "EUR":
            line = file.lines[0]
            extra = Decimal(max(1, int(line.quantity) // 5))
            on = working_day(day + timedelta(days=6))
            self.world.agenda.at(on, partial(amend, self.world, file, line, extra, reason="Quantité complémentaire"))
        late = round(random.lognormvariate(2.2, 0.8)) if random.random() < 0.35 else random.randint(-4, 0)
        if random.random() < 0.12 and file.client.habit.kind != "giant":
            first = working_day(day + timedelta(days=3))
            self.world.agenda.at(first, partial(self._deposit, file, Decimal("0.3")))
        ship_on = max(file.lines[0].promised_on + timedelta(days=late), day + timedelta(days=8))
        for number in range(1, count + 1):
            on = working_day(ship_on + timedelta(days=22 * (number - 1)))
            is_cut = count > 1 and number == count and random.random() < 0.12
            share = Decimal(number) / count
            self.world.agenda.at(on, partial(self._ship, file, share, is_cut=is_cut))

    def _deposit(self, file: OrderFile, share: Decimal, day: date) -> None:
        if not self._is_stopped(file):
            self.billing.deposit(file, share, day)

    def _ship(self, file: OrderFile, share: Decimal, day: date, *, is_cut: bool) -> None:
        if self._is_stopped(file):
            return
        if is_cut and not file.deposits:
            cancel_rest(self.world, file, day, "Reliquat soldé")
            return
        is_last = share == 1
        marks = {}
        for line in file.lines:
            marks[line.order_line_id] = line.quantity if is_last else Decimal(int(line.quantity * share))
        moved = self._deliver(file, marks, day, "delivery_note")
        if not moved:
            return
        wait = self.random.randint(0, 4)
        on = day + timedelta(days=wait) if self.random.random() < 0.7 else month_end(day)
        self.world.agenda.at(working_day(on), partial(self._invoice_shipment, file, moved[0], is_last=is_last))

    def _invoice_shipment(self, file: OrderFile, line: LineFile, day: date, *, is_last: bool) -> None:
        invoice = self.billing.invoice_delivered(file, day, is_final=is_last)
        if invoice and self.random.random() < 0.05 and file.client.currency == "EUR":
            later = working_day(day + timedelta(days=self.random.randint(12, 35)))
            self.world.agenda.at(later, partial(self.billing.corrections.give_back, invoice, line))

    # Projects: deposits, milestones, acceptance, retention.

    def _plan_project(self, file: OrderFile, day: date) -> None:
        random = self.random
        months = max(2, (file.lines[0].promised_on - day).days // 30)
        late = random.choice((0, 0, 1, 1, 2)) if file.lines[0].offer_id == "CLE" else random.choice((0, 0, 0, 1))
        mode = random.choices(("final", "milestones", "plain", "plan"), (0.42, 0.32, 0.14, 0.12))[0]
        if file.client.currency != "EUR" or file.client.habit.kind == "giant":
            mode = "plain"
        if mode == "plan":
            self.world.agenda.at(working_day(day + timedelta(days=2)), partial(self._invoice_plan, file))
        elif mode == "final" and random.random() < 0.25:
            for month in range(3):
                on = working_day(add_months(day, month) + timedelta(days=3))
                self.world.agenda.at(on, partial(self._deposit, file, Decimal("0.15")))
        elif mode in ("final", "milestones"):
            self.world.agenda.at(working_day(day + timedelta(days=3)), partial(self._deposit, file, Decimal("0.3")))
        if mode == "final" and random.random() < 0.06:
            self.world.agenda.at(working_day(day + timedelta(days=40)), partial(self._abandon, file))
        self.spending.plan_project_hours(file, day, months + late)
        for month in range(1, months + 1):
            on = working_day(add_months(day, month + (late if month == months else 0)))
            share = Decimal(month) / months
            self.world.agenda.at(on, partial(self._milestone, file, share, mode))

    def _invoice_plan(self, file: OrderFile, day: date) -> None:
        self.billing.invoice_all(file, day, plan="30/40/30")

    def _milestone(self, file: OrderFile, share: Decimal, mode: str, day: date) -> None:
        if self._is_stopped(file):
            return
        is_last = share == 1
        marks = {line.order_line_id: _part(line, share) for line in file.lines}
        self._deliver(file, marks, day, "acceptance" if is_last else "percentage")
        if is_last or mode in ("milestones", "plain"):
            on = working_day(day + timedelta(days=self.random.randint(1, 12)))
            plan = "retention" if file.client.retention and mode != "plan" else ""
            self.world.agenda.at(on, partial(self._invoice_milestone, file, plan, is_last=is_last))

    def _invoice_milestone(self, file: OrderFile, plan: str, day: date, *, is_last: bool) -> None:
        self.billing.invoice_delivered(file, day, is_final=is_last, plan=plan)

    def _abandon(self, file: OrderFile, day: date) -> None:
        """Cancel a project after its deposit: the rest is cancelled, the deposit credited and given back."""
        if self._is_stopped(file) or len(file.deposits) != 1 or any(line.delivered for line in file.lines):
            return
        kept_ht, kept_ttc, _ = file.deposits.pop()
        weights = [line.ht for line in file.lines]
        shares = zip(split(kept_ht, weights), split(kept_ttc, weights), strict=True)
        for line, (ht, ttc) in zip(file.lines, shares, strict=True):
            cancel(self.world, file, line, line.ht - ht, line.ttc - ttc, day, "Projet abandonné")
            line.cancelled = line.ht
        deposits = [item for item in self.world.invoice_files.values() if item.order_file is file]
        for invoice in deposits:
            lines = [
                replace(line, quantity=-line.quantity, ht=-line.ht, ttc=-line.ttc) for line in invoice.invoice.lines
            ]
            self.billing.corrections.credit(invoice, lines, "commercial", day)

    # Time and material: days worked each month, a budget that is extended or not used up.

    def _plan_days(self, file: OrderFile, day: date) -> None:
        months = max(2, (file.lines[0].promised_on - day).days // 30 + 2)
        pace = self.random.choice((0.8, 0.95, 1.0, 1.1, 1.25))
        for month in range(1, months + 1):
            on = month_end(add_months(day, month - 1))
            is_last = month == months
            share = Decimal(f"{pace * month / months:.3f}")
            self.world.agenda.at(on, partial(self._month_of_days, file, share, is_last=is_last))

    def _month_of_days(self, file: OrderFile, share: Decimal, day: date, *, is_last: bool) -> None:
        if self._is_stopped(file):
            return
        marks = {}
        for line in file.lines:
            days = Decimal(int(line.quantity * share * 2)) / 2
            if days > line.quantity and line is file.lines[0]:
                amend(self.world, file, line, days - line.quantity, day, "Jours complémentaires")
                days = line.quantity
            days = min(days, line.quantity)
            marks[line.order_line_id] = days
        self._deliver(file, marks, day, "timesheet")
        if is_last:
            cancel_rest(self.world, file, day, "Budget non consommé")
        on = working_day(day + timedelta(days=self.random.randint(1, 6)))
        self.world.agenda.at(on, partial(self.billing.invoice_delivered, file))

    # Subscriptions: a service each month, invoiced by year, quarter or month.

    def _plan_subscription(self, file: OrderFile, day: date) -> None:
        random = self.random
        rhythm = random.choices((12, 3, 1), (0.2, 0.4, 0.4))[0]
        start = add_months(day.replace(day=1), 1)
        for month in range(1, 13):
            share = Decimal(month) / 12
            served_on = month_end(add_months(start, month - 1))
            self.world.agenda.at(served_on, partial(self._serve, file, share))
            if rhythm > 1 and (month - 1) % rhythm == 0:
                billed_on = working_day(add_months(start, month - 1) + timedelta(days=2))
                upto = Decimal(month - 1 + rhythm) / 12
                self.world.agenda.at(billed_on, partial(self._invoice_period, file, upto))
            elif rhythm == 1:
                billed_on = working_day(add_months(start, month) + timedelta(days=1))
                self.world.agenda.at(billed_on, partial(self._invoice_period, file, share))
        if rhythm < 12 and random.random() < 0.25:
            january = date(start.year + 1, 1, 2)
            self.world.agenda.at(january, partial(self._index, file))
        if rhythm < 12 and random.random() < 0.05:
            stop = working_day(add_months(start, 8) + timedelta(days=10))
            self.world.agenda.at(stop, partial(cancel_rest, self.world, file, reason="Résiliation anticipée"))
        else:
            wishes = [Wish(line.offer_id, line.quantity) for line in file.lines]
            self.sales.renew(file.client, wishes, add_months(start, 12))

    def _index(self, file: OrderFile, day: date) -> None:
        for line in file.lines:
            if line.live > line.invoiced and not line.cancelled:
                revise_price(self.world, file, line, Decimal("0.03"), day)

    def _serve(self, file: OrderFile, share: Decimal, day: date) -> None:
        if not self._is_stopped(file):
            self._deliver(file, {line.order_line_id: _part(line, share) for line in file.lines}, day, "period")

    def _invoice_period(self, file: OrderFile, share: Decimal, day: date) -> None:
        if not self._is_stopped(file):
            marks = {line.order_line_id: max(share_of(line, share), line.invoiced) for line in file.lines}
            self.billing.invoice(file, marks, day)

    def fail(self, client_key: str, day: date) -> None:
        """Stop the orders of a client who becomes insolvent."""
        for file in self.world.order_files.values():
            if file.client.key == client_key:
                cancel_rest(self.world, file, day, "Procédure collective")
        self.billing.collector.fail(self.world.log.clients[client_key], day)
