"""The truth about production: what each team could do and did, week by week, and which promises were kept."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Delivery, OrderLineChange
from ingestion.demo.money import ZERO
from ingestion.demo.truth_ledger import Ledger, to_eur

Fact = tuple[object, ...]


def capacity_weeks(ledger: Ledger) -> Iterator[Fact]:
    """Yield each team's week, past or planned: team, Monday, practical capacity in hours, hours worked until now."""
    able = {(row.pool, row.week_on): row.hours for row in ledger.log.capacities}
    worked: dict[tuple[str, date], Decimal] = defaultdict(lambda: ZERO)
    for entry in ledger.log.time_entries:
        worked[entry.pool, entry.worked_on - timedelta(days=entry.worked_on.weekday())] += entry.hours
    for pool, week_on in sorted({*able, *worked}):
        done = worked[pool, week_on] if week_on <= LAST_DAY else None
        yield pool, week_on, able.get((pool, week_on)), done


@dataclass
class _Line:
    """An order line, change after change and delivery after delivery; euro before tax."""

    promises: list[date] = field(default_factory=list)
    ordered: Decimal = ZERO
    sent: Decimal = ZERO
    sent_on: date | None = None

    def change(self, change: OrderLineChange, amount: Decimal) -> None:
        self.ordered += amount
        if change.promised_on:
            self.promises.append(change.promised_on)

    def send(self, delivery: Delivery, amount: Decimal) -> None:
        """Count what leaves; what comes back is credited, and not sent again."""
        if delivery.ht >= 0:
            self.sent += amount
            self.sent_on = max(delivery.delivered_on, self.sent_on or delivery.delivered_on)


def _lines(ledger: Ledger) -> dict[str, dict[str, _Line]]:
    log = ledger.log
    orders: dict[str, dict[str, _Line]] = {order_id: defaultdict(_Line) for order_id in log.orders}
    for change in sorted(log.changes, key=lambda change: change.effective_on):
        rate = log.orders[change.order_id].exchange_rate
        orders[change.order_id][change.order_line_id].change(change, to_eur(change.ht, rate))
    for delivery in log.deliveries:
        rate = log.orders[delivery.order_id].exchange_rate
        orders[delivery.order_id][delivery.order_line_id].send(delivery, to_eur(delivery.ht, rate))
    return orders


def _is_kept(promised_on: date | None, delivered_on: date | None) -> bool | None:
    """Say whether a promise was kept; nobody knows while its day is to come."""
    if promised_on is None:
        return None
    if delivered_on is not None:
        return delivered_on <= promised_on
    return False if promised_on < LAST_DAY else None


def order_promises(ledger: Ledger) -> Iterator[Fact]:
    """Yield each order: its first and last promise, its delivery in full, what is left, and whether both were kept."""
    for order_id, lines in _lines(ledger).items():
        live = [line for line in lines.values() if line.ordered]
        first_on = max((line.promises[0] for line in live), default=None)
        last_on = max((line.promises[-1] for line in live), default=None)
        left = sum((max(line.ordered - line.sent, ZERO) for line in lines.values()), ZERO)
        sent_on = max((line.sent_on for line in lines.values() if line.sent_on), default=None)
        delivered_on = sent_on if live and not left else None
        yield (
            f"gestion:{order_id}",
            ledger.log.orders[order_id].sale_type,
            first_on,
            last_on,
            delivered_on,
            left,
            _is_kept(first_on, delivered_on),
            _is_kept(last_on, delivered_on),
        )
