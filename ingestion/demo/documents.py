"""Documents: how an invoice or a credit note is posted, with its lines and its due dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.calendars import working_day
from ingestion.demo.company import LAST_DAY, OFFERS
from ingestion.demo.facts import Client, Instalment, Invoice, InvoiceLine
from ingestion.demo.money import CENT, cents
from ingestion.demo.world import InvoiceFile, LineFile, OrderFile, Receivable, World

# (amount with tax, due date, kind)
Plan = list[tuple[Decimal, date, str]]
ACCOUNTS = {"product": "701000", "project": "704000", "time_and_material": "706000", "subscription": "706100"}
DEPOSIT_ACCOUNT = "419100"
SHIPPING_ACCOUNT = "708500"
# The share of invoices whose due date is not that of the contract.
MISTYPED_DUE_DATE = 0.012


def order_line(line: LineFile, up_to: Decimal) -> InvoiceLine:
    """Invoice an order line up to a cumulative amount before tax; cumulative rounding makes the parts add up."""
    ht, ttc = up_to - line.invoiced, line.ttc_at(up_to) - line.invoiced_ttc
    upto_quantity = line.delivered_quantity if up_to == line.delivered else line.units(up_to)
    quantity = upto_quantity - line.invoiced_quantity
    line.invoiced, line.invoiced_ttc, line.invoiced_quantity = up_to, line.ttc_at(up_to), upto_quantity
    offer = OFFERS[line.offer_id]
    is_shipping = line.offer_id == "PORT"
    return InvoiceLine(
        line_number=0,
        role="shipping" if is_shipping else "product",
        offer_id=line.offer_id,
        order_line_id=line.order_line_id,
        quantity=quantity,
        list_price=line.list_price,
        net_price=line.net_price,
        ht=ht,
        ttc=ttc,
        vat=line.vat,
        account=SHIPPING_ACCOUNT if is_shipping else ACCOUNTS[offer.kind],
    )


def plain_line(role: str, ht: Decimal, vat: Decimal, account: str, *, ttc: Decimal | None = None) -> InvoiceLine:
    """Return a line that no order line explains: deposit, deduction, discount, penalty, rounding."""
    return InvoiceLine(
        line_number=0,
        role=role,
        offer_id=None,
        order_line_id=None,
        quantity=Decimal(1),
        list_price=None,
        net_price=ht.quantize(Decimal("0.000001")),
        ht=ht,
        ttc=ht + cents(ht * vat) if ttc is None else ttc,
        vat=vat,
        account=account,
    )


def post(
    world: World,
    client: Client,
    order_file: OrderFile | None,
    lines: Sequence[InvoiceLine],
    day: date,
    doc_type: str = "invoice",
    plan: Plan | None = None,
    credited: Invoice | None = None,
    reason: str | None = None,
) -> InvoiceFile:
    """Post a document and its due dates (one, at the client's terms, unless a plan says otherwise)."""
    random = world.dice("documents")
    series = "AV" if doc_type == "credit_note" else "FA"
    invoice_id = f"{series}{day:%y}-{world.number(series + str(day.year)):05d}"
    delay = random.randint(2, 12) if random.random() < 0.04 else 0
    invoice = Invoice(
        invoice_id=invoice_id,
        doc_type=doc_type,
        state="posted",
        client_key=client.key,
        order_id=order_file.order.order_id if order_file else None,
        issued_on=day,
        recorded_on=min(day + timedelta(days=delay), LAST_DAY),
        currency=client.currency,
        exchange_rate=client.exchange_rate,
        term_label=client.term.label,
        lines=tuple(replace(line, line_number=number) for number, line in enumerate(lines, start=1)),
        credited_invoice_id=credited.invoice_id if credited else None,
        credit_reason=reason,
    )
    is_written = True
    if plan is None:
        due_on = client.term.due_on(day) if doc_type != "credit_note" else day
        can_be_silent = client.term.rule == "net" and client.term.days >= 30 and doc_type == "invoice"
        is_written = not (can_be_silent and random.random() < 0.15)
        plan = [(invoice.ttc, due_on, "standard")]
        if not is_written and client.term.days == 30 and random.random() < 0.3:
            invoice = replace(invoice, term_label=None)
    can_slip = is_written and doc_type == "invoice" and len(plan) == 1 and client.term.days >= 30
    receivables = []
    for number, (ttc, agreed_on, kind) in enumerate(plan, start=1):
        due_on = _type(world, agreed_on) if can_slip else agreed_on
        instalment = Instalment(f"{invoice_id}-E{number}", invoice_id, number, due_on, ttc, kind, is_written)
        world.log.instalments[instalment.instalment_id] = instalment
        receivables.append(Receivable(instalment, agreed_on))
    world.log.invoices[invoice_id] = invoice
    file = InvoiceFile(invoice, client, order_file, receivables)
    world.invoice_files[invoice_id] = file
    return file


def _type(world: World, agreed_on: date) -> date:
    """Return the due date as the clerk types it: rarely another one than was agreed."""
    slips = world.dice("due dates")
    if slips.random() >= MISTYPED_DUE_DATE:
        return agreed_on
    return working_day(agreed_on + timedelta(days=slips.choice((-20, 15, 30))))


def void_copy(world: World, file: InvoiceFile, state: str, day: date) -> None:
    """Keep a draft or cancelled copy of an invoice, as the software does: it must count nowhere."""
    invoice_id = f"{'PRO' if state == 'draft' else 'ANN'}{day:%y}-{world.number(state):04d}"
    copy = replace(file.invoice, invoice_id=invoice_id, state=state, issued_on=day, recorded_on=day)
    world.log.invoices[invoice_id] = copy
    instalment = Instalment(f"{invoice_id}-E1", invoice_id, 1, day + timedelta(days=30), copy.ttc, "standard")
    world.log.instalments[instalment.instalment_id] = instalment


def retention_plan(ttc: Decimal, day: date, client: Client) -> Plan:
    """Return the plan of a works invoice: 5 % with tax is kept one year (law 71-584)."""
    kept = cents(ttc * Decimal("0.05"))
    return [(ttc - kept, client.term.due_on(day), "standard"), (kept, day + timedelta(days=365), "retention")]


def is_worth_collecting(amount: Decimal) -> bool:
    """Say whether an open amount is more than a cent."""
    return amount >= CENT
