"""The simulation: three fiscal years of the demo company, as an event log."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ingestion.demo.calendars import add_months, working_day
from ingestion.demo.clients import (
    CRM_TWINS,
    build_clients,
    compta_record,
    credit_limit,
    crm_record,
    crm_twin,
    gestion_record,
)
from ingestion.demo.company import FIRST_DAY, LAST_DAY, OFFERS
from ingestion.demo.documents import plain_line, post
from ingestion.demo.facts import Client, InvoiceLine, Log
from ingestion.demo.fulfilment import Operations
from ingestion.demo.money import ZERO, cents, decimal, with_tax
from ingestion.demo.world import World, list_price

# A client in trouble fails on the first week from here on in which it owes this much, and at the latest at the end.
FIRST_FAILURE, LAST_FAILURE = date(2025, 1, 15), date(2025, 12, 15)
FATAL_DEBT = Decimal("20000")


def simulate(seed: int) -> Log:
    """Run the company from its first to its last day and return everything that happened."""
    world = World(seed)
    world.log.clients.update(build_clients(world.dice("clients")))
    clients = list(world.log.clients.values())
    world.log.records += [crm_record(client, number) for number, client in enumerate(clients) if client.weight]
    world.log.records += [crm_twin(world.log.records[number]) for number in CRM_TWINS]
    operations = Operations(world)
    operations.sales.plan_leads()
    _plan_counter_sales(world, operations)
    _plan_rebates(world, operations, clients[0])
    for client in clients:
        if client.credit_risk:
            world.agenda.at(FIRST_FAILURE, partial(_watch, world, operations, client))
    world.agenda.run()
    operations.spending.close_books()
    _register(world, clients)
    for file in world.invoice_files.values():
        world.log.residuals[file.invoice.invoice_id] = file.open
    return world.log


def _watch(world: World, operations: Operations, client: Client, day: date) -> None:
    """Let a client in trouble fail once it owes enough; look again next week otherwise."""
    owed = sum((file.open for file in world.invoice_files.values() if file.client.key == client.key), ZERO)
    if owed >= FATAL_DEBT or day >= LAST_FAILURE:
        operations.fail(client.key, day)
    else:
        world.agenda.at(day + timedelta(days=7), partial(_watch, world, operations, client))


def _register(world: World, clients: list[Client]) -> None:
    """Write the clients' records of the two other systems, opened with their first order and first document."""
    log = world.log
    first_order: dict[str, date] = {}
    for order in log.orders.values():
        first_order.setdefault(order.client_key, order.signed_on)
    first_document: dict[str, date] = {}
    for invoice in log.invoices.values():
        first_document.setdefault(invoice.client_key, invoice.issued_on)
    for payment in log.payments.values():
        first_document.setdefault(payment.payer_key, payment.paid_on)
    # Costs and hours may name a client without an order.
    for cost in log.costs:
        if cost.client_key:
            first_order.setdefault(cost.client_key, cost.cost_on)
    for number, client in enumerate(clients):
        if client.key in first_order:
            log.records.append(gestion_record(client, number, first_order[client.key]))
        if client.key in first_document:
            insolvent_on = log.insolvent_on.get(client.key)
            limit = credit_limit(world.dice("credit limits"), client)
            log.records.append(compta_record(client, number, first_document[client.key], insolvent_on, limit))


def _plan_counter_sales(world: World, operations: Operations) -> None:
    """Plan two counter sales a month: invoices that no order explains."""
    random = world.dice("counter")
    buyers = [client for client in world.log.clients.values() if client.country == "FR" and client.weight]
    month = FIRST_DAY
    while month <= LAST_DAY:
        for _ in range(2):
            client = random.choice(buyers)
            day = working_day(month + timedelta(days=random.randrange(25)))
            world.agenda.at(day, partial(_sell_at_counter, world, operations, client))
        month = add_months(month, 1)


def _sell_at_counter(world: World, operations: Operations, client: Client, day: date) -> None:
    random = world.dice("counter")
    if client.key in world.log.insolvent_on:
        return
    lines = [
        _counter_line(offer_id, random.randint(1, 6), day)
        for offer_id in random.sample(("CV10", "PT2", "KC1", "GUI"), 2)
    ]
    goods = sum((line.ht for line in lines), ZERO)
    vat = Decimal("0.20")
    lines.append(plain_line("shipping", Decimal("18.50"), vat, "708500"))
    fate = random.random()
    if fate < 0.25:
        lines.append(plain_line("discount", -cents(goods * Decimal("0.03")), vat, "709000"))
    elif fate < 0.4:
        lines.append(plain_line("penalty", Decimal("40.00"), Decimal("0"), "763000"))
    elif fate < 0.6:
        total = sum((line.ttc for line in lines), ZERO)
        rounding = total.quantize(Decimal("0.1")) - total
        if rounding:
            lines.append(plain_line("rounding", rounding, Decimal("0"), "758000"))
    invoice = post(world, client, None, lines, day)
    operations.billing.collector.expect(invoice)
    cost = cents(goods * decimal(random.uniform(0.4, 0.5)))
    operations.spending.book("material", cost, day, client_key=client.key)


def _counter_line(offer_id: str, quantity: int, day: date) -> InvoiceLine:
    offer = OFFERS[offer_id]
    price = list_price(offer.list_price, day)
    ht = cents(price * quantity)
    return InvoiceLine(
        0, "product", offer_id, None, Decimal(quantity), price, price, ht, with_tax(ht, offer.vat), offer.vat, "701000"
    )


def _plan_rebates(world: World, operations: Operations, client: Client) -> None:
    """Plan the year-end rebate of the largest client: 1.5 % of what it was invoiced, before tax."""
    for year in (2024, 2025):
        world.agenda.at(date(year, 10, 15), partial(_rebate, world, operations, client))


def _rebate(world: World, operations: Operations, client: Client, day: date) -> None:
    files = [file for file in world.invoice_files.values() if file.client.key == client.key]
    year = [file.invoice.ht for file in files if (day - file.invoice.issued_on).days <= 365]
    still_open = [file for file in files if file.open > 0 and len(file.receivables) < 3]
    if still_open:
        operations.billing.corrections.rebate(still_open, sum(year, ZERO) * Decimal("0.015"), day)
