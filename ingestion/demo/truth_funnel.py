"""The truth about the funnel: where each deal stood, what it was worth then, and how it entered and left the pipeline."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from ingestion.demo.calendars import month_end
from ingestion.demo.company import FIRST_DAY, LAST_DAY, OWNERS, STAGES
from ingestion.demo.facts import Deal, Log, Quote
from ingestion.demo.money import ZERO
from ingestion.demo.truth_ledger import Ledger, to_eur

Fact = tuple[object, ...]
CLASSES = {stage.stage_id: stage.stage_class for stage in STAGES}


@dataclass(frozen=True)
class Stand:
    """Where a deal stood at the end of a day on which it moved: its stage, and open, won or lost."""

    day: date
    stage_id: str
    state: str


class Story:
    """One deal's life, day by day; the day of a move is told as it ended."""

    def __init__(self, log: Log, deal: Deal) -> None:
        self.log = log
        self.deal = deal
        self.created_on = deal.created_at.date()

    @cached_property
    def stands(self) -> list[Stand]:
        """Where it stood, in order of days; the move of a day replaces the earlier ones."""
        moves = [event for event in self.log.stage_events if event.deal_id == self.deal.deal_id]
        by_day = {
            move.occurred_at.date(): Stand(move.occurred_at.date(), move.to_stage_id, CLASSES[move.to_stage_id])
            for move in moves
        }
        return [by_day[day] for day in sorted(by_day)]

    def stand_on(self, day: date) -> Stand | None:
        """Where it stood at the end of a day; nowhere before its creation."""
        return next((stand for stand in reversed(self.stands) if stand.day <= day), None)

    @cached_property
    def proposals(self) -> list[Quote]:
        """What was proposed, drafts left out, in order."""
        issued = [
            quote
            for quote in self.log.quotes.values()
            if quote.deal_id == self.deal.deal_id and quote.state != "draft"
        ]
        return sorted(issued, key=lambda quote: (quote.issued_on, quote.version, quote.quote_id))

    @cached_property
    def signed(self) -> Decimal | None:
        """What was signed, in euro before tax; None where nothing was, or at 0."""
        orders = {key: order for key, order in self.log.orders.items() if order.deal_id == self.deal.deal_id}
        changes = [row for row in self.log.changes if row.kind == "signature" and row.order_id in orders]
        return sum((to_eur(row.ht, orders[row.order_id].exchange_rate) for row in changes), ZERO) or None

    def worth_on(self, day: date) -> Decimal | None:
        """The last proposal by then; before any, the first one to come, else what the CRM shows; None is unknown."""
        known = [quote for quote in self.proposals if quote.issued_on <= day] or self.proposals[:1]
        if known:
            return proposed(known[-1]) or None
        shown = self.deal.crm_amount
        return to_eur(shown, self.log.clients[self.deal.client_key].exchange_rate) or None if shown else None

    def worth_at_exit(self, stand: Stand) -> Decimal | None:
        """What left the pipeline: what was signed, else the last worth."""
        return (self.signed if stand.state == "won" else None) or self.worth_on(stand.day)


def proposed(quote: Quote) -> Decimal:
    """The worth of a quote version, in euro before tax: the lines that count."""
    return sum((to_eur(line.ht, quote.exchange_rate) for line in quote.lines if line.counts), ZERO)


def stories(log: Log) -> list[Story]:
    """The life of every deal; one merged into another has none of its own."""
    return [Story(log, deal) for deal in log.deals.values() if not deal.merged_into]


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
