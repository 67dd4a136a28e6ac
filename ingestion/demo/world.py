"""The world that the simulation runs in: its agenda, its dice, its log, and the open files of orders and invoices."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from ingestion.demo.company import LAST_DAY, PRICE_RISES
from ingestion.demo.facts import Client, Instalment, Invoice, Log, Order
from ingestion.demo.money import ZERO, proportion

SIX_PLACES = Decimal("0.000001")
Action = Callable[[date], object]


class Agenda:
    """What is to happen, in order of days; what would happen after the last day never does."""

    def __init__(self) -> None:
        self._heap: list[tuple[date, int, Action]] = []
        self._count = 0

    def at(self, day: date, action: Action) -> None:
        """Plan an action for a day."""
        if day <= LAST_DAY:
            self._count += 1
            heapq.heappush(self._heap, (day, self._count, action))

    def run(self) -> None:
        """Let everything happen, day by day, what follows from it included."""
        while self._heap:
            day, _, action = heapq.heappop(self._heap)
            action(day)


@dataclass
class LineFile:
    """An order line as it evolves; amounts in the document's currency."""

    order_line_id: str
    offer_id: str
    quantity: Decimal
    list_price: Decimal
    net_price: Decimal
    vat: Decimal
    ht: Decimal
    ttc: Decimal
    cost: Decimal
    promised_on: date
    changes: int = 1
    delivered: Decimal = ZERO
    invoiced: Decimal = ZERO
    invoiced_ttc: Decimal = ZERO
    cancelled: Decimal = ZERO
    delivered_quantity: Decimal = ZERO
    invoiced_quantity: Decimal = ZERO

    @property
    def live(self) -> Decimal:
        """Return what is ordered and not cancelled, before tax."""
        return self.ht - self.cancelled

    def ttc_at(self, ht: Decimal) -> Decimal:
        """Return the cumulative amount with tax of a cumulative amount before tax: parts add up to the line."""
        return proportion(self.ttc, ht, self.ht)

    def units(self, ht: Decimal) -> Decimal:
        """Return the quantity worth an amount before tax (6 places)."""
        if not self.ht or ht == self.ht:
            return self.quantity
        return (self.quantity * ht / self.ht).quantize(SIX_PLACES)

    def worth(self, quantity: Decimal) -> Decimal:
        """Return what a quantity is worth before tax."""
        return proportion(self.ht, quantity, self.quantity)


@dataclass
class OrderFile:
    """An order as it evolves."""

    order: Order
    client: Client
    lines: list[LineFile]
    deposits: list[tuple[Decimal, Decimal, Decimal]] = field(default_factory=list)

    @property
    def live(self) -> Decimal:
        """Return what is ordered and not cancelled, before tax."""
        return sum((line.live for line in self.lines), ZERO)


@dataclass
class Receivable:
    """An instalment and what has settled it: the company's own bookkeeping. Clients pay by the date agreed."""

    instalment: Instalment
    agreed_on: date
    settled: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        """Return what is still to be settled; negative for a credit note to use or refund."""
        return self.instalment.ttc - self.settled


@dataclass
class InvoiceFile:
    """A document as it evolves."""

    invoice: Invoice
    client: Client
    order_file: OrderFile | None
    receivables: list[Receivable]

    @property
    def open(self) -> Decimal:
        """Return what is still to be settled on the document."""
        return sum((receivable.open for receivable in self.receivables), ZERO)


class World:
    """One run of the company. Each concern throws its own dice, so that a change in one does not shake the others."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.log = Log()
        self.agenda = Agenda()
        self.order_files: dict[str, OrderFile] = {}
        self.invoice_files: dict[str, InvoiceFile] = {}
        self._dice: dict[str, Random] = {}
        self._counts: dict[str, int] = {}

    def dice(self, concern: str) -> Random:
        """Return the dice of a concern."""
        if concern not in self._dice:
            self._dice[concern] = Random(f"{self.seed}/{concern}")
        return self._dice[concern]

    def number(self, series: str) -> int:
        """Return the next number of a series, from 1."""
        self._counts[series] = self._counts.get(series, 0) + 1
        return self._counts[series]


def list_price(price: Decimal, day: date) -> Decimal:
    """Return a list price as it stands on a day, to 6 places, after the rises of each 1 January."""
    return (price * PRICE_RISES[day.year]).quantize(Decimal("0.000001"))
