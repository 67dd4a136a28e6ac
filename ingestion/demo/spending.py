"""What it all costs: materials, freight, commissions, hours of each team, marketing, overheads, capacity."""

import math
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ingestion.demo.calendars import add_months, month_end, working_day
from ingestion.demo.company import (
    AUTOMATIC_OFFER,
    CHANNELS,
    DECEPTIVE_OFFER,
    FIRST_DAY,
    LAST_DAY,
    OFFERS,
    POOLS,
    SEGMENTS,
)
from ingestion.demo.facts import Capacity, Cost, Spend, TimeEntry
from ingestion.demo.money import ZERO, cents, decimal, split
from ingestion.demo.quoting import DealFile
from ingestion.demo.world import LineFile, OrderFile, World

ACCOUNTS = {
    "material": "601000",
    "subcontract": "604000",
    "freight": "624200",
    "commission": "622200",
    "warranty": "615500",
    "support": "611000",
    "overhead": "613000",
}
MONTHLY_OVERHEADS = (("613000", 9200), ("606100", 2100), ("616000", 1650), ("626000", 780), ("622600", 2400))
DAY_HOURS = Decimal(8)
# Capacity is planned half a year ahead.
PLANNED_WEEKS = 26
# Shares of the foreseen cost: material, subcontract; the rest is hours.
PROJECT_SPLIT = {"MOD": (0.40, 0.12), "CLE": (0.26, 0.10), "AUD": (0.0, 0.0), "REN": (0.42, 0.2)}


class Spending:
    """The analytical books."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.dice("spending")

    def book(
        self, kind: str, amount: Decimal, day: date, *, lag: tuple[int, int] = (0, 3), **target: str | None
    ) -> None:
        """Book a cost; `target` is an `order_id`, a `client_key` or an `offer_id`, or nothing (the pool)."""
        if amount <= ZERO or day > LAST_DAY:
            return
        recorded_on = min(day + timedelta(days=self.random.randint(*lag)), LAST_DAY)
        cost_id = f"F{self.world.number('cost'):06d}"
        self.world.log.costs.append(Cost(cost_id, day, recorded_on, kind, amount, ACCOUNTS[kind], **target))

    def work(
        self, pool: str, kind: str, hours: Decimal, day: date, *, is_dumped: bool = False, **target: str | None
    ) -> None:
        """Book hours of a team, one entry per person and day of the week that ends that day; dumped, a single entry."""
        if hours <= ZERO or day > LAST_DAY:
            return
        rise = Decimal("1.00") + Decimal("0.03") * ((day - FIRST_DAY).days // 365)
        cost = cents(POOLS[pool].hourly_cost * rise)
        count = 1 if is_dumped else math.ceil(hours / DAY_HOURS)
        for index, part in enumerate(split(hours, [Decimal(1)] * count)):
            entry_id = f"T{self.world.number('time'):06d}"
            worked_on = max(working_day(day - timedelta(days=index % 5), -1), FIRST_DAY)
            self.world.log.time_entries.append(TimeEntry(entry_id, worked_on, pool, kind, part, cost, **target))

    def work_month(self, pool: str, kind: str, hours: Decimal, day: date, file: OrderFile) -> None:
        """Book the hours of the month that ends that day, week by week."""
        for week, part in enumerate(split(hours, [Decimal(1)] * 4)):
            self.work(pool, kind, part, day - timedelta(days=7 * week), order_id=file.order.order_id)

    def on_signature(self, file: OrderFile, deal_file: DealFile, day: date) -> None:
        """Book the commission of a product order and the hours spent to win the deal."""
        if file.order.sale_type == "product" and file.client.currency == "EUR":
            self.book("commission", cents(file.live * Decimal("0.025")), month_end(day), order_id=file.order.order_id)

    def on_delivery(self, file: OrderFile, line: LineFile, ht: Decimal, day: date) -> None:
        """Book what delivering a part of an order line costs."""
        share = ht / line.ht if line.ht else Decimal(1)
        cost = line.cost * share
        offer = OFFERS[line.offer_id]
        if line.offer_id == "PORT":
            factor = self.random.uniform(0.8, 1.3) * (1.8 if file.client.support > 2 else 1.0)
            self.book("freight", cents(cost * decimal(factor)), day, order_id=file.order.order_id)
        elif offer.kind == "product":
            self._product(file, line, cost, ht, day)
        elif offer.kind == "project":
            self._project(file, line, cost, day)
        elif offer.kind == "time_and_material":
            self._days(file, line, line.units(ht), day)
        else:
            self._subscription(file, line, cost, day)

    def _product(self, file: OrderFile, line: LineFile, cost: Decimal, ht: Decimal, day: date) -> None:
        factor = self.random.uniform(0.88, 0.98)
        # A purchase invoice in seven comes weeks later, and one in thirty names no order.
        lag = (20, 75) if self.random.random() < 0.15 else (0, 12)
        amount = cents(cost * decimal(factor, 4))
        if self.random.random() < 0.03:
            self.book("material", amount, day, lag=lag, offer_id=line.offer_id)
        else:
            self.book("material", amount, day, lag=lag, order_id=file.order.order_id)
        hours = decimal(float(cost) * 0.09 / 34.5 * self.random.uniform(0.8, 1.2))
        self.work("Atelier", "production", hours, day - timedelta(days=2), order_id=file.order.order_id)
        after = float(ht) / 1000 * 0.22 * file.client.support
        for days in (15, 60):
            on = day + timedelta(days=days)
            self.work("Support", "support", decimal(after / 2), on, order_id=file.order.order_id)
        if line.offer_id == AUTOMATIC_OFFER and self.random.random() < 0.3:
            later = working_day(day + timedelta(days=90))
            self.book("warranty", cents(cost * Decimal("0.06")), later, order_id=file.order.order_id)

    def _project(self, file: OrderFile, line: LineFile, cost: Decimal, day: date) -> None:
        material, subcontract = PROJECT_SPLIT[line.offer_id]
        order_id = file.order.order_id
        drift = self.random.uniform(0.95, 1.12) + (0.25 if line.offer_id == DECEPTIVE_OFFER else 0)
        self.book("material", cents(cost * decimal(material * drift, 4)), day, lag=(0, 45), order_id=order_id)
        self.book("subcontract", cents(cost * decimal(subcontract * drift, 4)), day, lag=(10, 60), order_id=order_id)
        if line.offer_id == DECEPTIVE_OFFER:
            later = working_day(day + timedelta(days=75))
            self.book("warranty", cents(cost * Decimal("0.07")), later, order_id=order_id)

    def plan_project_hours(self, file: OrderFile, day: date, months: int) -> None:
        """Plan the hours of a project, week by week; a deceptive offer takes twice the hours foreseen."""
        offer_id = file.lines[0].offer_id
        if offer_id not in PROJECT_SPLIT:
            return
        material, subcontract = PROJECT_SPLIT[offer_id]
        budget = float(file.lines[0].cost) * (1 - material - subcontract)
        overrun = self.random.uniform(1.75, 2.35) if offer_id == DECEPTIVE_OFFER else self.random.uniform(0.85, 1.15)
        weeks = max(4, months * 4)
        for week in range(weeks):
            on = working_day(day + timedelta(days=7 * (week + 1)), -1)
            spent = budget * overrun / weeks
            self.world.agenda.at(on, partial(self._week, file, spent))

    def _week(self, file: OrderFile, euro: float, day: date) -> None:
        if file.live == ZERO or file.client.key in self.world.log.insolvent_on:
            return
        order_id = file.order.order_id
        for pool, part in (("Ingénierie", 0.6), ("Atelier", 0.4)):
            hours = euro * part / float(POOLS[pool].hourly_cost) * self.random.uniform(0.7, 1.3)
            is_rework = file.lines[0].offer_id == DECEPTIVE_OFFER and self.random.random() < 0.3
            self.work(pool, "rework" if is_rework else "production", decimal(hours), day, order_id=order_id)

    def _days(self, file: OrderFile, line: LineFile, days: Decimal, day: date) -> None:
        pool = "Atelier" if line.offer_id == "TEC" else "Ingénierie"
        hours = cents(days * Decimal("7.8"))
        # One month in twenty the whole team's time is dumped on a single entry.
        is_dumped = self.random.random() < 0.05
        if is_dumped:
            self.work(pool, "production", hours, day, is_dumped=True, order_id=file.order.order_id)
        else:
            self.work_month(pool, "production", hours, day, file)
        self.book("freight", cents(days * Decimal("22")), day, order_id=file.order.order_id)

    def _subscription(self, file: OrderFile, line: LineFile, cost: Decimal, day: date) -> None:
        order_id = file.order.order_id
        if line.offer_id == "MAI":
            hours = decimal(float(cost) * 0.9 / 38.25 * self.random.uniform(0.85, 1.15) * file.client.support**0.3)
            self.work_month("Support", "support", hours, day, file)
            return
        self.book("support", cents(cost * Decimal("0.6")), day, order_id=order_id)
        hours = decimal(float(cost) * 0.4 / 38.25 * file.client.support**0.3)
        self.work_month("Support", "support", hours, day, file)

    def close_books(self) -> None:
        """Book what does not depend on an order: overheads, marketing, selling and office hours, capacity."""
        self._sales_hours()
        month = FIRST_DAY
        while month <= LAST_DAY:
            self._month(month)
            month = add_months(month, 1)
        week = FIRST_DAY + timedelta(days=7 - FIRST_DAY.weekday())
        while week <= LAST_DAY:
            self._week_of_capacity(week)
            self._week_of_office(week)
            week += timedelta(days=7)
        for _ in range(PLANNED_WEEKS):
            self._week_of_capacity(week)
            week += timedelta(days=7)

    def _month(self, month: date) -> None:
        random = self.random
        for account, amount in MONTHLY_OVERHEADS:
            self.world.log.costs.append(
                Cost(
                    cost_id=f"F{self.world.number('cost'):06d}",
                    cost_on=month_end(month),
                    recorded_on=min(month_end(month) + timedelta(days=random.randint(2, 20)), LAST_DAY),
                    kind="overhead",
                    amount=decimal(amount * random.uniform(0.92, 1.1)),
                    account=account,
                )
            )
        for segment in SEGMENTS.values():
            budget = cents(segment.monthly_spend * decimal(random.uniform(0.8, 1.2)))
            channels = random.sample(CHANNELS, k=2)
            for channel, part in zip(channels, split(budget, [Decimal(3), Decimal(2)]), strict=True):
                self._spend(month, channel, segment.name, part)
        self._spend(month, None, None, decimal(random.uniform(700, 1500)))

    def _spend(self, month: date, channel: str | None, segment: str | None, amount: Decimal) -> None:
        self.world.log.spends.append(Spend(f"MK{self.world.number('spend'):04d}", month, channel, segment, amount))

    def _sales_hours(self) -> None:
        """Spread the hours that each deal took over its life; they make the cost of winning clients."""
        for deal in self.world.log.deals.values():
            segment = SEGMENTS[self.world.log.clients[deal.client_key].segment]
            end = (
                (deal.closed_at.date() if deal.closed_at else LAST_DAY)
                if not deal.is_zombie
                else deal.expected_close_on
            )
            days = max(1, min((min(end, LAST_DAY) - deal.created_at.date()).days, 160))
            effort = segment.sales_hours * self.random.uniform(0.5, 1.5) * (1.0 if deal.outcome == "won" else 0.7)
            for part in (0.1, 0.5, 0.95):
                on = working_day(deal.created_at.date() + timedelta(days=round(days * part)))
                self.work("Commerce", "sales", decimal(effort / 3), on, deal_id=deal.deal_id)

    def _week_of_capacity(self, week: date) -> None:
        for pool in POOLS.values():
            is_slack = week.month == 8 or (week.month == 12 and week.day >= 22)
            hours = cents(pool.weekly_hours * pool.people * (Decimal("0.45") if is_slack else Decimal(1)))
            number = self.world.number("capacity")
            self.world.log.capacities.append(Capacity(f"CP{number:04d}", pool.name, week, hours))

    def _week_of_office(self, week: date) -> None:
        admin = decimal(float(POOLS["Administration"].people) * 26 * self.random.uniform(0.85, 1.05))
        self.work("Administration", "admin", admin, week + timedelta(days=4))
