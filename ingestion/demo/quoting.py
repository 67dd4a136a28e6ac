"""What is proposed: baskets, prices, discounts and their origin, quote versions."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from random import Random

from ingestion.demo.calendars import add_months, working_day
from ingestion.demo.company import AUTOMATIC_DISCOUNT, AUTOMATIC_OFFER, AUTOMATIC_QUANTITY, OFFERS
from ingestion.demo.facts import Client, Deal, Quote, QuoteLine
from ingestion.demo.money import ZERO, cents
from ingestion.demo.world import World, list_price

TYPICAL_QUANTITY = {"CV10": 13, "AC200": 5, "AP6": 2.4, "VX4": 8, "PT2": 7, "KC1": 420, "GUI": 3}
PRODUCTS = tuple(TYPICAL_QUANTITY)
DOLLAR_OFFERS = ("AC200", "AP6")
SIX_PLACES = Decimal("0.000001")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Wish:
    """What a client wants of an offer."""

    offer_id: str
    quantity: Decimal
    is_option: bool = False
    is_free: bool = False


@dataclass
class DealFile:
    """A deal as it evolves: what the client wants, what was quoted, and when it last moved."""

    deal: Deal
    client: Client
    wishes: list[Wish]
    quote_ids: list[str] = field(default_factory=list)
    moved_at: datetime | None = None

    @property
    def last_quote_id(self) -> str | None:
        """Return the last version quoted."""
        return self.quote_ids[-1] if self.quote_ids else None


def draw_wishes(random: Random, client: Client, sale_type: str) -> list[Wish]:
    """Draw what a client wants to buy."""
    if sale_type == "product":
        return _products(random, client)
    if sale_type == "project":
        return _project(random, client)
    if sale_type == "time_and_material":
        days = max(6, round(34 * client.size * random.lognormvariate(0, 0.5)))
        offer_id = random.choice(("ING", "ING", "TEC"))
        training = [Wish("FOR", Decimal(random.randint(1, 3)))] if random.random() < 0.3 else []
        return [Wish(offer_id, Decimal(days)), *training]
    sites = max(1, round(3 * client.size * random.lognormvariate(0, 0.4)))
    offers = random.sample(("SUP", "MAI", "PLU"), k=random.choice((1, 2, 2)))
    return [Wish(offer_id, Decimal(sites * 12)) for offer_id in offers]


def _products(random: Random, client: Client) -> list[Wish]:
    if client.currency != "EUR":
        return [Wish(offer_id, Decimal(random.randint(2, 6))) for offer_id in DOLLAR_OFFERS]
    wishes = []
    for offer_id in random.sample(PRODUCTS, k=random.randint(3, 6)):
        quantity = TYPICAL_QUANTITY[offer_id] * client.size * random.lognormvariate(0, 0.55)
        if offer_id == "KC1":
            wishes.append(Wish(offer_id, Decimal(f"{max(5.0, quantity):.1f}")))
            continue
        units = max(1, round(quantity))
        if offer_id == AUTOMATIC_OFFER and client.size > 0.6 and random.random() < 0.6:
            units = max(units, AUTOMATIC_QUANTITY + random.randrange(0, 14))
        wishes.append(Wish(offer_id, Decimal(units), is_free=offer_id == "GUI" and random.random() < 0.4))
    if random.random() < 0.15:
        wishes.append(Wish("PT2", Decimal(2), is_option=True))
    return [*wishes, Wish("PORT", Decimal(1 + round(2 * client.size)))]


def _project(random: Random, client: Client) -> list[Wish]:
    if client.segment == "Bâtiment" and random.random() < 0.5:
        return [Wish("REN", Decimal(max(1, round(2 * client.size))))]
    if client.size < 0.7:
        return [Wish("AUD", Decimal(1))]
    offer_id = random.choices(("MOD", "CLE", "AUD"), (0.4, 0.35, 0.25))[0]
    quantity = Decimal(1 + (client.size > 1.5 and random.random() < 0.6))
    if offer_id == "MOD" and random.random() < 0.5:
        return [Wish(offer_id, quantity), Wish("AUD", Decimal(1), is_option=True), Wish("AC200", Decimal(3))]
    return [Wish(offer_id, quantity)]


def _discount(random: Random, wish: Wish, client: Client, day: date, concession: Decimal) -> tuple[Decimal, str]:
    """Return the discount of a line and where it comes from: the strongest rule wins, they do not add up."""
    if wish.is_free:
        return Decimal(1), "manual"
    if wish.offer_id == AUTOMATIC_OFFER and wish.quantity >= AUTOMATIC_QUANTITY:
        return AUTOMATIC_DISCOUNT, "automatic"
    if concession:
        return client.discount + concession, "manual"
    if client.discount:
        return client.discount, "contract"
    if OFFERS[wish.offer_id].kind == "product" and wish.quantity >= 15:
        return Decimal("0.05"), "volume"
    if day.month in (3, 4) and OFFERS[wish.offer_id].kind == "product" and random.random() < 0.5:
        return Decimal("0.07"), "campaign"
    return ZERO, "none"


def _price(
    wish: Wish, client: Client, day: date, discount: Decimal, is_round: bool
) -> tuple[Decimal, Decimal, str | None]:
    """Return the list and net unit prices in the client's currency, and the origin of a rounding."""
    listed = list_price(OFFERS[wish.offer_id].list_price, day)
    if client.exchange_rate:
        # Dollar prices are whole hundreds, so that the contract's rate gives exact cents.
        listed = (listed / client.exchange_rate / HUNDRED).quantize(Decimal(1), rounding=ROUND_UP) * HUNDRED
        return listed, listed, None
    net = (listed * (1 - discount)).quantize(SIX_PLACES)
    if is_round and net > HUNDRED and not discount:
        return listed, net.quantize(Decimal(1), rounding="ROUND_DOWN").quantize(SIX_PLACES), "rounding"
    return listed, net, None


def _line(
    world: World, quote_id: str, number: int, wish: Wish, client: Client, day: date, concession: Decimal
) -> QuoteLine:
    random = world.dice("prices")
    discount, origin = _discount(random, wish, client, day, concession)
    listed, net, rounding = _price(wish, client, day, discount, random.random() < 0.1)
    offer = OFFERS[wish.offer_id]
    return QuoteLine(
        quote_line_id=f"{quote_id}-{number:02d}",
        line_number=number,
        offer_id=wish.offer_id,
        quantity=wish.quantity,
        list_price=listed,
        net_price=net,
        ht=cents(wish.quantity * net),
        origin=rounding or ("none" if listed == net else origin),
        vat=offer.vat if client.country == "FR" else Decimal("0"),
        standard_cost=cents(wish.quantity * list_price(offer.unit_cost, day)),
        is_option=wish.is_option,
        is_chosen=wish.is_option and random.random() < 0.4,
    )


def promised_day(random: Random, sale_type: str, signed_on: date) -> date:
    """Return the delivery date that the salesperson promises."""
    if sale_type == "subscription":
        return add_months(signed_on, 12)
    days = {"product": (18, 45), "project": (70, 160), "time_and_material": (40, 120)}[sale_type]
    return working_day(signed_on + timedelta(days=random.randint(*days)))


def issue_quote(
    world: World, file: DealFile, day: date, concession: Decimal = ZERO, *, is_new_root: bool = False
) -> Quote:
    """Issue the next version of the deal's quote (the first of another quote with `is_new_root`)."""
    log, random = world.log, world.dice("quotes")
    previous = log.quotes[file.quote_ids[-1]] if file.quote_ids and not is_new_root else None
    if previous:
        version, root = previous.version + 1, previous.root_quote_id
        quote_id = root.removesuffix("-V1") + f"-V{version}"
        if previous.state == "sent":
            log.quotes[previous.quote_id] = replace(previous, state="superseded")
    else:
        version = 1
        quote_id = root = f"DV{day:%y}-{world.number('quote'):04d}-V1"
    wishes: Iterable[Wish] = file.wishes
    quote = Quote(
        quote_id=quote_id,
        root_quote_id=root,
        version=version,
        deal_id=file.deal.deal_id,
        crm_client_id=file.deal.crm_client_id,
        client_key=file.client.key,
        state="sent",
        issued_on=day,
        valid_until_on=day + timedelta(days=30 if random.random() < 0.7 else 60),
        promised_on=promised_day(random, file.deal.sale_type, day) if random.random() < 0.95 else None,
        lines=tuple(
            _line(world, quote_id, number, wish, file.client, day, concession) for number, wish in enumerate(wishes, 1)
        ),
        currency=file.client.currency,
        exchange_rate=file.client.exchange_rate,
    )
    log.quotes[quote_id] = quote
    file.quote_ids.append(quote_id)
    return quote
