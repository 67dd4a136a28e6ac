"""Orders: signature, amendments and cancellations, each a signed difference on an order line."""

from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.calendars import working_day
from ingestion.demo.company import LAST_DAY, OFFERS
from ingestion.demo.facts import Order, OrderLineChange, Quote, QuoteLine
from ingestion.demo.money import ZERO, cents, with_tax
from ingestion.demo.quoting import DealFile, promised_day
from ingestion.demo.world import LineFile, OrderFile, World, list_price


def open_order(world: World, deal_file: DealFile, quote: Quote | None, day: date) -> OrderFile:
    """Turn what was signed into an order; without a quote, what was agreed by mail at list price."""
    client, random = deal_file.client, world.dice("orders")
    order = Order(
        order_id=f"CO{day:%y}-{world.number('order'):04d}",
        client_key=client.key,
        sale_type=deal_file.deal.sale_type,
        signed_on=day,
        currency=client.currency,
        exchange_rate=client.exchange_rate,
        quote_id=quote.quote_id if quote else None,
        deal_id=deal_file.deal.deal_id,
    )
    world.log.orders[order.order_id] = order
    promised_on = promised_day(random, order.sale_type, day)
    if quote and quote.promised_on and quote.promised_on > day:
        promised_on = quote.promised_on
    sold = [line for line in quote.lines if line.counts] if quote else _by_mail(deal_file, day)
    file = OrderFile(order, client, [])
    for number, line in enumerate(sold, start=1):
        line_file = LineFile(
            order_line_id=f"{order.order_id}-{number:02d}",
            offer_id=line.offer_id,
            quantity=line.quantity,
            list_price=line.list_price,
            net_price=line.net_price,
            vat=line.vat,
            ht=line.ht,
            ttc=with_tax(line.ht, line.vat),
            cost=line.standard_cost,
            promised_on=promised_on,
            changes=0,
        )
        file.lines.append(line_file)
        _log(world, file, line_file, "signature", line.quantity, line.ht, line_file.ttc, line.standard_cost, day)
    world.order_files[order.order_id] = file
    return file


def _by_mail(deal_file: DealFile, day: date) -> list[QuoteLine]:
    lines = []
    is_french = deal_file.client.country == "FR"
    for number, wish in enumerate((wish for wish in deal_file.wishes if not wish.is_option), start=1):
        offer = OFFERS[wish.offer_id]
        listed = list_price(offer.list_price, day)
        lines.append(
            QuoteLine(
                quote_line_id="",
                line_number=number,
                offer_id=wish.offer_id,
                quantity=wish.quantity,
                list_price=listed,
                net_price=listed,
                ht=cents(wish.quantity * listed),
                origin="none",
                vat=offer.vat if is_french else Decimal("0"),
                standard_cost=cents(wish.quantity * list_price(offer.unit_cost, day)),
            )
        )
    return lines


def _log(
    world: World,
    file: OrderFile,
    line: LineFile,
    kind: str,
    quantity: Decimal,
    ht: Decimal,
    ttc: Decimal,
    cost: Decimal,
    day: date,
    reason: str | None = None,
) -> None:
    delay = world.dice("entries").choice((0, 0, 0, 0, 1, 2, 9)) if kind != "signature" else 0
    world.log.changes.append(
        OrderLineChange(
            change_id=f"{line.order_line_id}-{line.changes}",
            order_line_id=line.order_line_id,
            order_id=file.order.order_id,
            kind=kind,
            offer_id=line.offer_id,
            quantity=quantity,
            ht=ht,
            ttc=ttc,
            standard_cost=cost,
            effective_on=day,
            recorded_on=min(day + timedelta(days=delay), LAST_DAY),
            promised_on=line.promised_on if kind != "cancellation" else None,
            reason=reason,
        )
    )
    line.changes += 1


def amend(world: World, file: OrderFile, line: LineFile, quantity: Decimal, day: date, reason: str) -> None:
    """Add a quantity to an order line at its own price (negative to reduce it), or revise its price with quantity 0."""
    ht = cents(quantity * line.net_price)
    _revise(world, file, line, quantity, ht, day, reason)


def revise_price(world: World, file: OrderFile, line: LineFile, ratio: Decimal, day: date) -> None:
    """Index the price of what is not yet delivered."""
    _revise(world, file, line, Decimal("0"), cents((line.live - line.delivered) * ratio), day, "Indexation")


def _revise(
    world: World, file: OrderFile, line: LineFile, quantity: Decimal, ht: Decimal, day: date, reason: str
) -> None:
    if not ht or not line.ht:
        return
    ttc = with_tax(line.ht + ht, line.vat) - line.ttc
    cost = cents(line.cost * quantity / line.quantity)
    line.quantity, line.ht, line.ttc, line.cost = (
        line.quantity + quantity,
        line.ht + ht,
        line.ttc + ttc,
        line.cost + cost,
    )
    line.promised_on = working_day(line.promised_on + timedelta(days=10)) if quantity > 0 else line.promised_on
    _log(world, file, line, "amendment", quantity, ht, ttc, cost, day, reason)


def cancel_rest(world: World, file: OrderFile, day: date, reason: str) -> None:
    """Cancel what is neither delivered nor invoiced, line by line."""
    for line in file.lines:
        kept = max(line.delivered, line.invoiced)
        cancel(world, file, line, line.live - kept, line.ttc_at(line.live) - line.ttc_at(kept), day, reason)


def cancel(world: World, file: OrderFile, line: LineFile, ht: Decimal, ttc: Decimal, day: date, reason: str) -> None:
    """Cancel an amount of an order line, before and with tax."""
    if ht <= ZERO:
        return
    cost = cents(line.cost * ht / line.ht)
    quantity = line.units(ht)
    line.cancelled += ht
    _log(world, file, line, "cancellation", -quantity, -ht, -ttc, -cost, day, reason)
