"""How deals live: leads, stage moves with their detours, quotes, signature or loss."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from ingestion.demo.calendars import add_months, month_end, working_day
from ingestion.demo.company import (
    CHANNELS,
    FIRST_DAY,
    LAST_DAY,
    LOST_REASONS,
    OFFERS,
    RENEWAL_PIPELINE,
    SALES_PIPELINE,
    SEGMENTS,
    Segment,
)
from ingestion.demo.facts import Activity, Client, Deal, Quote, StageEvent
from ingestion.demo.money import ZERO, decimal
from ingestion.demo.quoting import DealFile, Wish, draw_wishes, issue_quote
from ingestion.demo.world import World, list_price

SALE_TYPES = ("product", "project", "time_and_material", "subscription")
LABELS = dict(zip(SALE_TYPES, ("Équipement", "Projet", "Régie", "Abonnement"), strict=True))
CYCLE_DAYS = {"TPE": 18, "PME": 36, "ETI": 60, "GE": 80, "public": 105, "association": 45, "export": 50}
PROPOSAL, NEGOTIATION = "V4", "V5"
WON, LOST = "V6", "V7"
Sign = Callable[[World, DealFile, Quote | None, date], None]


class Sales:
    """The sales team; `sign` is what happens next when a client signs."""

    def __init__(self, world: World, sign: Sign) -> None:
        self.world = world
        self.sign = sign
        self.crm_ids: dict[str, list[str]] = {}
        for record in world.log.records:
            self.crm_ids.setdefault(record.client_key, []).append(record.client_id)
        self.by_segment: dict[str, list[Client]] = {name: [] for name in SEGMENTS}
        for client in world.log.clients.values():
            self.by_segment[client.segment].append(client)
        self.has_bought: set[str] = set()

    def plan_leads(self) -> None:
        """Plan the leads of every month: a Poisson draw per segment, slack in August, brisk in the first quarter."""
        random = self.world.dice("leads")
        month = FIRST_DAY
        while month <= LAST_DAY:
            season = 0.45 if month.month == 8 else 1.15 if month.month in (1, 9, 10) else 1.0
            opening = 1.6 if month < add_months(FIRST_DAY, 3) else 1.0
            for segment in SEGMENTS.values():
                for _ in range(_poisson(random, segment.new_deals * season * opening)):
                    day = working_day(month + timedelta(days=random.randrange(month_end(month).day)))
                    self.world.agenda.at(day, partial(self._lead, segment))
            month = add_months(month, 1)

    def _lead(self, segment: Segment, day: date) -> None:
        random = self.world.dice("leads")
        candidates = [
            client for client in self.by_segment[segment.name] if client.key not in self.world.log.insolvent_on
        ]
        client = random.choices(candidates, [candidate.weight for candidate in candidates])[0]
        sale_type = random.choices(SALE_TYPES, segment.mix)[0]
        if client.currency != "EUR":
            sale_type = "product"
        file = self._open(client, sale_type, day, draw_wishes(random, client, sale_type))
        self._live(file, segment.win_ratio * (1.12 if client.key in self.has_bought else 0.95), day)
        if random.random() < 0.025:
            self._clone(file, day)
        elif random.random() < 0.03:
            self._merge_twin(file, day)

    def _open(
        self, client: Client, sale_type: str, day: date, wishes: list[Wish], *, renewal: bool = False
    ) -> DealFile:
        random = self.world.dice("deals")
        kind = "renewal" if renewal else "new"
        if client.key in self.has_bought and not renewal:
            kind = random.choice(("upsell", "upsell", "replacement"))
        deal = Deal(
            deal_id=f"D{self.world.number('deal'):05d}",
            client_key=client.key,
            crm_client_id=random.choice(self.crm_ids[client.key]),
            owner_id=client.owner_id,
            name=f"{LABELS[sale_type]} {client.name} {day:%m/%Y}",
            pipeline=RENEWAL_PIPELINE if renewal else SALES_PIPELINE,
            sale_type=sale_type,
            stage_id="",
            outcome="open",
            deal_type=kind,
            channel="Recommandation" if kind != "new" and random.random() < 0.5 else random.choice(CHANNELS),
            created_at=_instant(random, day),
            expected_close_on=day + timedelta(days=round(CYCLE_DAYS[client.client_type] * random.uniform(0.6, 1.2))),
            crm_amount=_guess(random, wishes, day) if random.random() < 0.7 else None,
        )
        self.world.log.deals[deal.deal_id] = deal
        return DealFile(deal, client, wishes)

    def _live(self, file: DealFile, win_ratio: float, day: date) -> None:
        """Draw the deal's whole path and plan its steps; the last day cuts it where it stands."""
        random = self.world.dice("paths")
        days = CYCLE_DAYS[file.client.client_type] * random.lognormvariate(0, 0.45)
        fate = random.random()
        is_zombie = fate > 0.955
        exit_at = 6 if fate < win_ratio else random.choice((2, 3, 4, 4, 5, 5))
        if is_zombie:
            exit_at = random.choice((3, 4, 5))
        path = [(day, "V1" if random.random() < 0.8 else "V2")]
        for position in range(2, exit_at):
            if random.random() < 0.12 or (position == 2 and path[0][1] == "V2"):
                continue
            path.append((working_day(day + timedelta(days=round(days * (position - 1) / 5))), f"V{position}"))
            if position == 4 and random.random() < 0.08:
                back = path[-1][0] + timedelta(days=4)
                path += [(working_day(back), "V3"), (working_day(back + timedelta(days=6)), "V4")]
        closing = max(working_day(day + timedelta(days=max(1, round(days)))), path[-1][0])
        if not is_zombie:
            path.append((closing, WON if exit_at == 6 else LOST))
        elif closing < LAST_DAY - timedelta(days=60):
            self._store(file, replace(file.deal, is_zombie=True))
        for step_on, stage_id in path:
            self.world.agenda.at(step_on, partial(self._enter, file, stage_id))
        if path[-1][1] == LOST and random.random() < 0.07:
            again = working_day(closing + timedelta(days=random.randint(30, 150)))
            self.world.agenda.at(again, partial(self._enter, file, PROPOSAL))
            end = working_day(again + timedelta(days=20))
            self.world.agenda.at(end, partial(self._enter, file, WON if fate < 0.9 else LOST))

    def _store(self, file: DealFile, deal: Deal) -> None:
        file.deal = self.world.log.deals[deal.deal_id] = deal

    def _absorb(self, twin: DealFile, deal_id: str, day: date) -> None:
        self._store(twin, replace(twin.deal, merged_into=deal_id))

    def _enter(self, file: DealFile, stage_id: str, day: date) -> None:
        """Move a deal to a stage, with the quotes and activities that go with it."""
        world, deal = self.world, file.deal
        if deal.merged_into or (file.client.key in world.log.insolvent_on and stage_id in (WON, "A3")):
            return
        random = world.dice("moves")
        at = _instant(random, day)
        if file.moved_at:
            at = max(at, file.moved_at + timedelta(minutes=1))
        file.moved_at = at = max(at, deal.created_at)
        world.log.stage_events.append(
            StageEvent(f"M{world.number('move'):06d}", deal.deal_id, deal.stage_id or None, stage_id, at)
        )
        is_closing = stage_id in (WON, LOST, "A3", "A4")
        is_won = stage_id in (WON, "A3")
        deal = replace(
            deal,
            stage_id=stage_id,
            outcome=("won" if is_won else "lost") if is_closing else "open",
            closed_at=at if is_closing else None,
            lost_reason=random.choice(LOST_REASONS) if is_closing and not is_won else None,
        )
        self._store(file, deal)
        self._act(file, day, random)
        self._quote(file, stage_id, day)
        if is_won:
            self._win(file, day)
        elif is_closing and file.last_quote_id:
            quote = world.log.quotes[file.last_quote_id]
            world.log.quotes[quote.quote_id] = replace(quote, state=random.choice(("refused", "refused", "expired")))
            if random.random() < 0.06:
                unsent = issue_quote(world, file, day, Decimal("0.10"))
                world.log.quotes[unsent.quote_id] = replace(unsent, state="draft")

    def _act(self, file: DealFile, day: date, random: Random) -> None:
        for _ in range(random.choice((0, 1, 1, 2))):
            self.world.log.activities.append(
                Activity(
                    f"K{self.world.number('activity'):06d}",
                    file.deal.deal_id,
                    file.deal.crm_client_id,
                    random.choice(("meeting", "call", "call", "email", "demo", "other")),
                    max(_instant(random, day), file.deal.created_at),
                    random.choice((15, 30, 45, 60, 90, None)),
                )
            )

    def _quote(self, file: DealFile, stage_id: str, day: date) -> None:
        random = self.world.dice("versions")
        if stage_id in (PROPOSAL, "A2"):
            quote = issue_quote(self.world, file, day)
            self._show_amount(file, quote)
            if random.random() < 0.05 and quote.version == 1:
                self.world.log.quotes[quote.quote_id] = replace(quote, state="expired")
        elif stage_id == NEGOTIATION:
            narrow = random.random() < 0.08 and len(file.wishes) > 2
            if narrow:
                file.wishes = file.wishes[:-2] + file.wishes[-1:]
            concession = decimal(random.uniform(0.02, 0.07)) if random.random() < 0.6 else ZERO
            self._show_amount(file, issue_quote(self.world, file, day, concession))
            if random.random() < 0.25:
                again = concession + Decimal("0.02")
                self._show_amount(file, issue_quote(self.world, file, day, again))

    def _show_amount(self, file: DealFile, quote: Quote) -> None:
        """Let the owner type the amount in the CRM, mostly before tax and in euro."""
        random = self.world.dice("typing")
        amount = sum((line.ht for line in quote.lines if line.counts), ZERO)
        slip = random.random()
        if slip < 0.02:
            amount = (amount * Decimal("1.2")).quantize(Decimal("0.01"))  # with tax, in a field before tax
        elif slip < 0.03:
            amount = (amount / 1000).quantize(Decimal("0.01"))  # thousands of euro
        self._store(file, replace(file.deal, crm_amount=None if slip > 0.98 else amount))

    def _win(self, file: DealFile, day: date) -> None:
        world, random = self.world, self.world.dice("signatures")
        self.has_bought.add(file.client.key)
        if not file.last_quote_id and random.random() < 0.8:
            self._show_amount(file, issue_quote(world, file, day))
        if not file.last_quote_id:
            self.sign(world, file, None, day)
            return
        self._sign_quote(file, file.last_quote_id, day)
        if random.random() < 0.04 and file.deal.sale_type == "product":
            file.wishes = draw_wishes(random, file.client, "product")
            extra = issue_quote(world, file, day, is_new_root=True)
            self._sign_quote(file, extra.quote_id, day)

    def _sign_quote(self, file: DealFile, quote_id: str, day: date) -> None:
        signed = replace(self.world.log.quotes[quote_id], state="signed", signed_on=day)
        self.world.log.quotes[quote_id] = signed
        self.sign(self.world, file, signed, day)

    def _clone(self, file: DealFile, day: date) -> None:
        """Somebody duplicates the deal for next year's budget, and it stays open with its old date."""
        deal = replace(
            file.deal,
            deal_id=f"D{self.world.number('deal'):05d}",
            name=f"{file.deal.name} (copie)",
            stage_id="",
            created_at=file.deal.created_at + timedelta(minutes=3),
        )
        self.world.log.deals[deal.deal_id] = deal
        clone = DealFile(deal, file.client, file.wishes)
        self.world.agenda.at(day, partial(self._enter, clone, "V1"))

    def _merge_twin(self, file: DealFile, day: date) -> None:
        """Two salespeople entered the same lead; the CRM keeps the twin, marked as merged."""
        deal = replace(file.deal, deal_id=f"D{self.world.number('deal'):05d}", stage_id="", merged_into=None)
        self.world.log.deals[deal.deal_id] = deal
        twin = DealFile(deal, file.client, [])
        self._enter(twin, "V1", day)
        self.world.agenda.at(working_day(day + timedelta(days=9)), partial(self._absorb, twin, file.deal.deal_id))

    def renew(self, client: Client, wishes: list[Wish], end: date) -> None:
        """Open the renewal of a subscription two months before its end; one in eight is not renewed."""
        self.world.agenda.at(working_day(add_months(end, -2)), partial(self._renewal, client, wishes))

    def _renewal(self, client: Client, wishes: list[Wish], day: date) -> None:
        if client.key in self.world.log.insolvent_on:
            return
        random = self.world.dice("renewals")
        file = self._open(client, "subscription", day, wishes, renewal=True)
        self._store(file, replace(file.deal, expected_close_on=add_months(day, 2)))
        stages = ((0, "A1"), (14, "A2"), (random.randint(30, 58), "A3" if random.random() < 0.88 else "A4"))
        for days, stage_id in stages:
            step_on = working_day(day + timedelta(days=days))
            self.world.agenda.at(step_on, partial(self._enter, file, stage_id))


def _poisson(random: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def _guess(random: Random, wishes: list[Wish], day: date) -> Decimal:
    """Return what a salesperson writes before any quote: a round number of thousands, or 0 for "to be seen"."""
    worth = sum((wish.quantity * list_price(OFFERS[wish.offer_id].list_price, day) for wish in wishes), ZERO)
    return Decimal(round(float(worth) * random.uniform(0.7, 1.2) / 1000) * 1000).quantize(Decimal("0.01"))


def _instant(random: Random, day: date) -> datetime:
    """Return a time of that day in Paris: office hours, sometimes close to midnight, where UTC is on another day."""
    if random.random() < 0.03:
        return datetime.combine(day, random.choice((time(0, 20), time(23, 40))))
    return datetime.combine(day, time(random.randint(8, 18), random.randrange(60)))
