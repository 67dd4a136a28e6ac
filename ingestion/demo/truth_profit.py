"""The truth about profit by offer and segment, and about what it cost to win clients, up to the last day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from statistics import median

from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Deal, Log, Order, TimeEntry
from ingestion.demo.money import ZERO, cents
from ingestion.demo.truth_ledger import Ledger, to_eur
from ingestion.demo.truth_margins import ACCOUNTING_KINDS, HOURS, NOT_REVENUE, client_margins, margin_entries
from ingestion.demo.truth_states import euro_states

Fact = tuple[object, ...]
MINIMUM_CLIENTS = 5
CASH_SHARE = Decimal("0.95")
POOL = "unallocated"
SETTLEMENT_KINDS = ("early_payment_discount", "bad_debt", "cost_of_credit")


def quarter(day: date) -> str:
    """Return the quarter of a day, as readers write it."""
    return f"{day.year}-T{(day.month + 2) // 3}"


def largest_remainder(total: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return a total of cents spread by weights: each part cut to the cent, the rest to the largest remainders.

    Equal remainders are served in the order of the keys. The weights sum to more than 0.
    """
    whole = Fraction(sum(weights.values(), ZERO))
    exact = {key: Fraction(abs(total) * 100) * Fraction(weight) / whole for key, weight in weights.items()}
    parts = {key: floor(share) for key, share in exact.items()}
    rest = int(abs(total) * 100) - sum(parts.values())
    for key in sorted(exact, key=lambda item: (parts[item] - exact[item], item))[:rest]:
        parts[key] += 1
    sign = -1 if total < 0 else 1
    return {key: Decimal(sign * part) / 100 for key, part in parts.items()}


@dataclass
class Profit:
    """What an offer earned in an order, or what no order explains of it."""

    revenue: Decimal = ZERO
    direct: Decimal = ZERO
    other: Decimal = ZERO

    def add(self, kind: str, amount: Decimal) -> None:
        """Add an entry of the profit ledger."""
        if kind == "revenue":
            self.revenue += amount
        elif kind in ACCOUNTING_KINDS:
            self.direct += amount
        else:
            self.other += amount


@dataclass(frozen=True)
class Sold:
    """What an order sold of an offer, in euro before tax: as signed, net of cancellations, and foreseen to cost."""

    gross: Decimal = ZERO
    net: Decimal = ZERO
    foreseen_cost: Decimal = ZERO
    net_cost: Decimal = ZERO


@dataclass(frozen=True)
class _Entry:
    kind: str
    on: date
    amount: Decimal
    order_id: str | None
    offer_id: str | None = None


def _entries(ledger: Ledger) -> Iterator[_Entry]:
    """Yield the profit ledger again, with the offer that a line or a cost names."""
    for invoice in ledger.invoices.values():
        for line in invoice.lines:
            if line.role not in NOT_REVENUE:
                amount = to_eur(line.ht, invoice.exchange_rate)
                yield _Entry("revenue", invoice.issued_on, amount, invoice.order_id, line.offer_id)
    for cost in ledger.log.costs:
        yield _Entry(cost.kind, cost.cost_on, -cost.amount, cost.order_id, cost.offer_id)
    for work in ledger.log.time_entries:
        if work.kind in HOURS:
            yield _Entry(HOURS[work.kind], work.worked_on, -cents(work.hours * work.hourly_cost), work.order_id)
    for entry in margin_entries(ledger, LAST_DAY):
        if entry.kind in SETTLEMENT_KINDS:
            yield _Entry(entry.kind, entry.on, entry.amount, entry.order_id)


def offer_profits(ledger: Ledger) -> Iterator[Fact]:
    """Yield the margins of each offer by quarter: key, quarter, orders, signed, revenue, three margins.

    An order counts in the quarter of its signature, what has no order in the quarter of its date.
    """
    named: dict[tuple[str, str], Profit] = defaultdict(Profit)
    shared: dict[str, Profit] = defaultdict(Profit)
    totals: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO] * 6)
    for entry in _entries(ledger):
        if entry.on > LAST_DAY:
            continue
        if entry.order_id is None:
            outside = Profit()
            outside.add(entry.kind, entry.amount)
            _sum_up(totals[entry.offer_id or POOL, quarter(entry.on)], ZERO, Sold(), outside)
        elif entry.offer_id:
            named[entry.order_id, entry.offer_id].add(entry.kind, entry.amount)
        else:
            shared[entry.order_id].add(entry.kind, entry.amount)
    for order_id, offers in _sold(ledger.log).items():
        by_price = {offer_id: sold.gross for offer_id, sold in offers.items()}
        by_cost = {offer_id: sold.foreseen_cost for offer_id, sold in offers.items()}
        revenue = largest_remainder(shared[order_id].revenue, by_price)
        direct = largest_remainder(shared[order_id].direct, by_cost)
        other = largest_remainder(shared[order_id].other, by_price)
        for offer_id, sold in offers.items():
            own = named[order_id, offer_id]
            profit = Profit(own.revenue + revenue[offer_id], own.direct + direct[offer_id], own.other + other[offer_id])
            label = quarter(ledger.log.orders[order_id].signed_on)
            _sum_up(totals[offer_id, label], Decimal(1), sold, profit)
    for (offer_id, label), (orders, *amounts) in sorted(totals.items()):
        yield offer_id if offer_id == POOL else f"gestion:{offer_id}", label, int(orders), *amounts


def _sum_up(total: list[Decimal], orders: Decimal, sold: Sold, profit: Profit) -> None:
    accounting = profit.revenue + profit.direct
    row = (orders, sold.net, profit.revenue, sold.net - sold.net_cost, accounting, accounting + profit.other)
    total[:] = [left + right for left, right in zip(total, row, strict=True)]


def _sold(log: Log) -> dict[str, dict[str, Sold]]:
    """Return what each order sold of each offer."""
    orders: dict[str, dict[str, Sold]] = defaultdict(dict)
    for change in log.changes:
        eur = to_eur(change.ht, log.orders[change.order_id].exchange_rate)
        is_kept = change.kind != "cancellation"
        before = orders[change.order_id].get(change.offer_id, Sold())
        orders[change.order_id][change.offer_id] = Sold(
            gross=before.gross + (eur if is_kept else ZERO),
            net=before.net + eur,
            foreseen_cost=before.foreseen_cost + (change.standard_cost if is_kept else ZERO),
            net_cost=before.net_cost + change.standard_cost,
        )
    return orders


def segment_margins(ledger: Ledger) -> Iterator[Fact]:
    """Yield the real margin of each segment: the sum of its clients'."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in client_margins(margin_entries(ledger, LAST_DAY)).items():
        sums[ledger.log.clients[key].segment] += amount
    yield from sorted(sums.items())


@dataclass(frozen=True)
class NewClient:
    """A client won: its segment, first contact and signature, and the day on which its cash confirmed it."""

    segment: str
    first_touch: date
    signed_on: date
    confirmed_on: date | None


def new_clients(ledger: Ledger) -> list[NewClient]:
    """Return every client who signed, by the first order."""
    log = ledger.log
    states = {state.order_id: state for state in euro_states(ledger, [LAST_DAY])}
    touches: dict[str, list[date]] = defaultdict(list)
    for deal in log.deals.values():
        if not deal.merged_into:
            touches[deal.client_key].append(deal.created_at.date())
    found = []
    for key, signed_on in _first_signatures(log).items():
        days = []
        for order in log.orders.values():
            if order.client_key == key and order.signed_on == signed_on:
                state = states[order.order_id]
                left = state.signed_ttc_eur - state.cancelled_or_credited_ttc_eur
                days.append(_confirmed(ledger, order, left) if left > 0 else None)
        confirmed_on = min((day for day in days if day), default=None)
        found.append(NewClient(log.clients[key].segment, min(touches[key]), signed_on, confirmed_on))
    return found


def _first_signatures(log: Log) -> dict[str, date]:
    first: dict[str, date] = {}
    for order in log.orders.values():
        first[order.client_key] = min(order.signed_on, first.get(order.client_key, order.signed_on))
    return first


def _confirmed(ledger: Ledger, order: Order, left: Decimal) -> date | None:
    """Return when 95 % of an order, or the whole of its first instalment, had come in for good."""
    dues = [due for due in ledger.dues.values() if due.order_id == order.order_id]
    receipts = [
        (row.effective_on, row.amount, row.instalment_id)
        for due in dues
        for row in ledger.by_instalment[due.instalment_id]
        if row.kind in ("payment", "reversal")
    ]
    days = [_reached([(on, amount) for on, amount, _ in receipts], CASH_SHARE * left)]
    owed = sorted((due.due_on, due.issued_on, due.instalment_id, due.amount) for due in dues if due.amount > 0)
    if owed:
        *_, first_id, amount_due = owed[0]
        days.append(_reached([(on, amount) for on, amount, key in receipts if key == first_id], amount_due))
    return min((day for day in days if day), default=None)


def _reached(receipts: Sequence[tuple[date, Decimal]], target: Decimal) -> date | None:
    """Return the first day at whose end receipts reach a target that they still reach on the last day."""
    if sum((amount for _, amount in receipts), ZERO) < target:
        return None
    running = ZERO
    for day in sorted({on for on, _ in receipts}):
        running += sum((amount for on, amount in receipts if on == day), ZERO)
        if running >= target:
            return day
    return None


@dataclass(frozen=True)
class _Effort:
    """Sales or marketing money spent on a day: for whom, and to what end."""

    on: date
    segment: str | None
    measure: str
    amount: Decimal
    deal_id: str | None = None
    is_lost: bool = False


def _efforts(log: Log) -> Iterator[_Effort]:
    first = _first_signatures(log)
    for spend in log.spends:
        yield _Effort(spend.month, spend.segment, "marketing", spend.amount)
    for work in log.time_entries:
        if work.kind == "sales":
            deal = _survivor(log, work)
            signed_on = first.get(deal.client_key)
            is_new = deal.deal_type == "new" and (signed_on is None or deal.created_at.date() <= signed_on)
            measure = "conquest_hours" if is_new else "development_hours"
            segment, amount = log.clients[deal.client_key].segment, cents(work.hours * work.hourly_cost)
            yield _Effort(work.worked_on, segment, measure, amount, deal.deal_id, deal.outcome == "lost")


def _survivor(log: Log, work: TimeEntry) -> Deal:
    deal = log.deals[work.deal_id or ""]
    while deal.merged_into:
        deal = log.deals[deal.merged_into]
    return deal


def acquisition_costs(ledger: Ledger) -> Iterator[Fact]:
    """Yield by segment and quarter: marketing, hours of conquest (of which lost) and development, cost, clients won.

    The cost is what was spent to win clients, moved by the segment's days from contact to signature. Clients count on
    the day of their first signature, and again on the day that their cash confirms it.
    """
    clients = new_clients(ledger)
    lags = _lags(clients)
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for effort in _efforts(ledger.log):
        segment = effort.segment or "unattributed"
        sums[segment, quarter(effort.on)][effort.measure] += effort.amount
        if effort.measure != "development_hours":
            if effort.is_lost:
                sums[segment, quarter(effort.on)]["lost_hours"] += effort.amount
            moved_on = effort.on + timedelta(days=lags.get(segment, lags[""]))
            if moved_on <= LAST_DAY:
                sums[segment, quarter(moved_on)]["cost"] += effort.amount
    for client in clients:
        sums[client.segment, quarter(client.signed_on)]["signed"] += 1
        if client.confirmed_on:
            sums[client.segment, quarter(client.confirmed_on)]["confirmed"] += 1
    money = ("marketing", "conquest_hours", "lost_hours", "development_hours", "cost")
    for (segment, label), cell in sorted(sums.items()):
        yield segment, label, *(cell[name] for name in money), int(cell["signed"]), int(cell["confirmed"])


def _lags(clients: Iterable[NewClient]) -> dict[str, int]:
    """Return the median days from contact to signature by segment with enough clients; under "", the company's."""
    waits: dict[str, list[int]] = defaultdict(list)
    for client in clients:
        days = (client.signed_on - client.first_touch) // timedelta(days=1)
        waits[client.segment].append(days)
        waits[""].append(days)
    return {
        segment: int(Decimal(median(days)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        for segment, days in waits.items()
        if len(days) >= MINIMUM_CLIENTS or not segment
    }


def order_acquisition_costs(ledger: Ledger) -> Iterator[Fact]:
    """Yield what each order bears: the hours of its deal, and a share of what its segment spent in the year."""
    log, first = ledger.log, _first_signatures(ledger.log)
    of_deal: dict[str | None, list[str]] = defaultdict(list)
    of_cell: dict[tuple[str, int, bool], list[str]] = defaultdict(list)
    for order in log.orders.values():
        deal = log.deals[order.deal_id or ""]
        is_first = order.signed_on == first[order.client_key] and deal.deal_type == "new"
        of_deal[deal.deal_id].append(order.order_id)
        of_cell[log.clients[order.client_key].segment, order.signed_on.year, is_first].append(order.order_id)
    by_deal: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
    by_cell: dict[tuple[str, int, bool], Decimal] = defaultdict(lambda: ZERO)
    for effort in _efforts(log):
        if effort.deal_id in of_deal:
            by_deal[effort.deal_id] += effort.amount
        elif effort.segment:
            by_cell[effort.segment, effort.on.year, effort.measure != "development_hours"] += effort.amount
    signed: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for change in log.changes:
        if change.kind == "signature":
            signed[change.order_id] += to_eur(change.ht, log.orders[change.order_id].exchange_rate)
    parts = [
        largest_remainder(amount, {key: max(signed[key], Decimal("0.01")) for key in of_deal[deal_id]})
        for deal_id, amount in by_deal.items()
    ]
    parts += [
        largest_remainder(amount, dict.fromkeys(of_cell[cell], Decimal(1)))
        for cell, amount in by_cell.items()
        if cell in of_cell
    ]
    for order_id in log.orders:
        yield f"gestion:{order_id}", -sum((part.get(order_id, ZERO) for part in parts), ZERO)
