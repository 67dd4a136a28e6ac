"""The truth about the funnel: where each deal stood, what it was worth then, how it came and went."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from ingestion.demo.calendars import month_end
from ingestion.demo.company import FIRST_DAY, LAST_DAY, OWNERS, STAGES
from ingestion.demo.facts import Deal, Log, Quote
from ingestion.demo.money import ZERO, cents
from ingestion.demo.truth_ledger import Ledger, to_eur

Fact = tuple[object, ...]
CLASSES = {stage.stage_id: stage.stage_class for stage in STAGES}
POSITIONS = {stage.stage_id: stage.position for stage in STAGES}
HORIZONS = (90, 180, 365)
MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True)
class Stand:
    """Where a deal stood at the end of a day on which it moved: its stage, and open, won or lost."""

    day: date
    stage_id: str
    state: str


@dataclass(frozen=True)
class Story:
    """One deal's life, day by day; `signed` is what was signed, in euro before tax, None where nothing was or at 0."""

    deal: Deal
    stands: list[Stand]
    proposals: list[Quote]
    signed: Decimal | None
    exchange_rate: Decimal | None

    def stand_on(self, day: date) -> Stand | None:
        """Where it stood at the end of a day; nowhere before its creation."""
        return next((stand for stand in reversed(self.stands) if stand.day <= day), None)

    def days_open(self) -> int:
        """Days from its creation to its end, or the last day, but those between a closing and a reopening."""
        days = [*(stand.day for stand in self.stands), LAST_DAY]
        lives = zip(self.stands, pairwise(days), strict=True)
        return sum((later - earlier).days for stand, (earlier, later) in lives if stand.state == "open")

    def worth_on(self, day: date) -> Decimal | None:
        """The last proposal by then; before any, the first one to come, else what the CRM shows; None is unknown."""
        known = [quote for quote in self.proposals if quote.issued_on <= day] or self.proposals[:1]
        if known:
            return proposed(known[-1]) or None
        shown = self.deal.crm_amount
        return to_eur(shown, self.exchange_rate) if shown else None

    def worth_at_exit(self, stand: Stand) -> Decimal | None:
        """What left the pipeline: what was signed, else the last worth."""
        return (self.signed if stand.state == "won" else None) or self.worth_on(stand.day)


def proposed(quote: Quote) -> Decimal:
    """The worth of a quote version, in euro before tax: the lines that count."""
    return sum((to_eur(line.ht, quote.exchange_rate) for line in quote.lines if line.counts), ZERO)


def stories(log: Log) -> list[Story]:
    """The life of every deal but the merged ones; the last move of a day replaces the earlier ones."""
    stands: dict[str, dict[date, Stand]] = defaultdict(dict)
    for move in log.stage_events:
        day = move.occurred_at.date()
        stands[move.deal_id][day] = Stand(day, move.to_stage_id, CLASSES[move.to_stage_id])
    proposals: dict[str, list[Quote]] = defaultdict(list)
    for quote in sorted(log.quotes.values(), key=lambda quote: (quote.issued_on, quote.version, quote.quote_id)):
        if quote.state != "draft":
            proposals[quote.deal_id].append(quote)
    signed: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for change in log.changes:
        order = log.orders[change.order_id]
        if change.kind == "signature" and order.deal_id:
            signed[order.deal_id] += to_eur(change.ht, order.exchange_rate)
    return [
        Story(
            deal,
            [stands[key][day] for day in sorted(stands[key])],
            proposals[key],
            signed.get(key) or None,
            log.clients[deal.client_key].exchange_rate,
        )
        for key, deal in log.deals.items()
        if not deal.merged_into
    ]


def months() -> Iterator[tuple[date, date]]:
    """The months of the company: first and last day."""
    first = FIRST_DAY
    while first <= LAST_DAY:
        yield first, month_end(first)
        first = month_end(first) + timedelta(days=1)


def pipeline_stands(ledger: Ledger) -> Iterator[Fact]:
    """Yield each open deal at each month's end: month-end, key, stage, worth."""
    for story in stories(ledger.log):
        for _, last in months():
            stand = story.stand_on(last)
            if stand and stand.state == "open":
                yield last, f"crm:{story.deal.deal_id}", f"crm:{stand.stage_id}", story.worth_on(last)


def pipeline_flows(ledger: Ledger) -> Iterator[Fact]:
    """Yield the flows of the whole pipeline: month, team, segment, flow, number of deals, worth before tax."""
    flows: dict[tuple[object, ...], list[Decimal | None]] = defaultdict(list)
    for story in stories(ledger.log):
        team = OWNERS[story.deal.owner_id][0]
        segment = ledger.log.clients[story.deal.client_key].segment
        for first, last in months():
            for flow, worth in _flows_of(story, first, last):
                flows[first, team, segment, flow].append(worth)
    for key, worths in flows.items():
        known = [worth for worth in worths if worth is not None]
        yield *key, len(worths), sum(known, ZERO) if known else None


def _flows_of(story: Story, first: date, last: date) -> Iterator[tuple[str, Decimal | None]]:
    before, after = story.stand_on(first - timedelta(days=1)), story.stand_on(last)
    moved = [stand for stand in story.stands if first <= stand.day <= last]
    was_open = before is not None and before.state == "open"
    if was_open:
        yield "opening", story.worth_on(first - timedelta(days=1))
    elif before is None and moved:
        yield "created", _worth_at_entry(story, moved[0])
    elif before is not None and moved:
        yield "reopened", _worth_at_entry(story, moved[0])
    if after is not None and after.state == "open":
        yield "closing", story.worth_on(last)
    elif moved:
        exit_ = [stand for stand in moved if stand.state != "open"][-1]
        yield exit_.state, story.worth_at_exit(exit_)


def _worth_at_entry(story: Story, stand: Stand) -> Decimal | None:
    return story.worth_at_exit(stand) if stand.state == "won" else story.worth_on(stand.day)


def quote_versions(ledger: Ledger) -> Iterator[Fact]:
    """Yield each quote version: key, first version of its chain, deal, number, state, whether it has options, worth."""
    for quote in ledger.log.quotes.values():
        yield (
            f"crm:{quote.quote_id}",
            f"crm:{quote.root_quote_id}",
            f"crm:{quote.deal_id}",
            quote.version,
            quote.state,
            any(line.is_option for line in quote.lines),
            proposed(quote),
        )


def deal_oddities(ledger: Ledger) -> Iterator[Fact]:
    """Yield what is odd in each deal: key, copied, overdue and open, times opened again and moved back, CRM amount."""
    for story in stories(ledger.log):
        deal = story.deal
        moves = [move for move in ledger.log.stage_events if move.deal_id == deal.deal_id]
        states = [CLASSES[move.to_stage_id] for move in moves]
        positions = [POSITIONS[move.to_stage_id] for move in moves]
        yield (
            f"crm:{deal.deal_id}",
            deal.name.endswith("(copie)"),
            deal.outcome == "open" and deal.expected_close_on < LAST_DAY,
            sum(before != "open" and after == "open" for before, after in pairwise(states)),
            sum(
                (before, after) == ("open", "open") and later < earlier
                for (before, after), (earlier, later) in zip(pairwise(states), pairwise(positions), strict=True)
            ),
            _amount_check(story),
        )


def merged_deals(ledger: Ledger) -> Iterator[Fact]:
    """Yield the deals merged into another: key, and that of the one that absorbed it."""
    for deal in ledger.log.deals.values():
        if deal.merged_into:
            yield f"crm:{deal.deal_id}", f"crm:{deal.merged_into}"


def _amount_check(story: Story) -> str:
    """What the amount of the CRM is, beside the last proposal; chains signed together add up."""
    signed_roots = {quote.root_quote_id for quote in story.proposals if quote.state == "signed"}
    last = story.proposals[-1:]
    if len(signed_roots) > 1:
        chains = ([quote for quote in story.proposals if quote.root_quote_id == root] for root in signed_roots)
        last = [chain[-1] for chain in chains]
    shown = story.deal.crm_amount
    if not shown:
        return "unknown"
    worth = sum((line.ht for quote in last for line in quote.lines if line.counts), ZERO)
    if not worth:
        return "unquoted"
    slips = {worth: "quoted", cents(worth * Decimal("1.2")): "with_tax", cents(worth / 1000): "in_thousands"}
    return slips.get(shown, "different")


def sales_promises(ledger: Ledger) -> Iterator[Fact]:
    """Yield what the last Monday before a month promised for it: month, team, deals, worth, signed by its end."""
    log = ledger.log
    signed_on: dict[str, date] = {}
    for order in log.orders.values():
        if order.deal_id:
            signed_on[order.deal_id] = min(order.signed_on, signed_on.get(order.deal_id, order.signed_on))
    for first, last in months():
        monday = first - timedelta(days=1)
        monday -= timedelta(days=monday.weekday())
        cells: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])
        for story in stories(log):
            stand = story.stand_on(monday)
            if stand is None or stand.state != "open" or not first <= story.deal.expected_close_on <= last:
                continue
            cell = cells[OWNERS[story.deal.owner_id][0]]
            cell[0] += 1
            cell[1] += story.worth_on(monday) or ZERO
            day = signed_on.get(story.deal.deal_id)
            if day and monday < day <= last:
                cell[2] += story.signed or story.worth_on(monday) or ZERO
        for team, (count, worth, signed) in cells.items():
            yield first, team, int(count), worth, signed


def win_curves(ledger: Ledger) -> Iterator[Fact]:
    """Yield the chance that a deal is won by a horizon, lost ones competing: type of client, days, deals, chance."""
    lives: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for story in stories(ledger.log):
        life = story.days_open(), story.stands[-1].state
        lives[ledger.log.clients[story.deal.client_key].client_type].append(life)
        lives["all"].append(life)
    for client_type, followed in lives.items():
        for horizon in HORIZONS:
            chance = _incidence(followed, horizon)
            ratio = Decimal(chance.numerator) / chance.denominator
            yield client_type, horizon, len(followed), ratio.quantize(MILLIONTH, ROUND_HALF_UP)


def _incidence(lives: list[tuple[int, str]], horizon: int) -> Fraction:
    """Aalen and Johansen: at each age, those still open that are won then."""
    chance, still_open = Fraction(0), Fraction(1)
    for age in sorted({age for age, _ in lives if age <= horizon}):
        ends = [state for lived, state in lives if lived == age]
        at_risk = sum(lived >= age for lived, _ in lives)
        chance += still_open * Fraction(ends.count("won"), at_risk)
        still_open *= 1 - Fraction(len(ends) - ends.count("open"), at_risk)
    return chance
