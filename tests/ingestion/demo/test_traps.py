"""Every trap that the package says it sets is there: one detector for each row of its table."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

import ingestion.demo
from ingestion.demo.company import FIRST_DAY, LAST_DAY, SIREN
from ingestion.demo.exports import BROKEN_ACTIVITY
from ingestion.demo.facts import Invoice, Log

Detector = Callable[[Log], int]
DETECTORS: dict[str, Detector] = {}


def trap(code: str) -> Callable[[Detector], Detector]:
    def register(detector: Detector) -> Detector:
        DETECTORS[code] = detector
        return detector

    return register


def count(found: Iterable[object]) -> int:
    return sum(1 for _ in found)


def all_of(*counts: int) -> int:
    """Several facets of one trap: each must occur."""
    return min(counts)


def documented() -> set[str]:
    return set(re.findall(r"^\| (T\d+) \|", ingestion.demo.__doc__ or "", re.M))


@trap("T1")
def partial_payments(log: Log) -> int:
    paid = Counter(key for match in log.allocations if match.kind == "payment" for key, _ in match.spread)
    return count(key for key, times in paid.items() if times > 1)


@trap("T2")
def grouped_payments(log: Log) -> int:
    invoices = defaultdict(set)
    for match in log.allocations:
        if match.payment_id:
            invoices[match.payment_id].add(match.invoice_id)
    return count(key for key, group in invoices.items() if len(group) > 1)


@trap("T3")
def overpayments(log: Log) -> int:
    matched = Counter[str]()
    for match in log.allocations:
        matched[match.payment_id or ""] += int(match.amount * 100)
    over = (p for p in log.payments.values() if p.direction == "in" and p.amount * 100 > matched[p.payment_id])
    refunds = (p for p in log.payments.values() if p.direction == "out" and "TROP PERCU" in p.reference)
    return all_of(count(over), count(refunds))


@trap("T4")
def prepayments(log: Log) -> int:
    return count(
        match
        for match in log.allocations
        if match.payment_id and log.payments[match.payment_id].paid_on < log.invoices[match.invoice_id].issued_on
    )


@trap("T5")
def bounced(log: Log) -> int:
    return count(payment for payment in log.payments.values() if payment.state == "bounced" and payment.bounced_on)


@trap("T6")
def credit_notes(log: Log) -> int:
    reasons = Counter(invoice.credit_reason for invoice in log.invoices.values())
    used = defaultdict(set)
    for match in log.allocations:
        if match.credit_note_id:
            used[match.credit_note_id].add(match.invoice_id)
    refunds = count(match for match in log.allocations if match.amount < 0)
    several = count(group for group in used.values() if len(group) > 1)
    return all_of(*(reasons[kind] for kind in ("price", "return", "commercial", "rebill")), several, refunds)


@trap("T7")
def deposits(log: Log) -> int:
    roles = Counter(line.role for invoice in log.invoices.values() for line in invoice.lines)
    of_order = Counter(invoice.order_id for invoice in posted(log) if invoice.doc_type == "deposit")
    return all_of(roles["deposit"], roles["deposit_deduction"], count(n for n in of_order.values() if n >= 3))


@trap("T8")
def retention(log: Log) -> int:
    return count(item for item in log.instalments.values() if item.kind == "retention")


@trap("T9")
def quote_versions(log: Log) -> int:
    quotes = log.quotes.values()
    signed = Counter(quote.deal_id for quote in quotes if quote.state == "signed")
    revived = (q for q in quotes if q.state == "expired" and q.root_quote_id.replace("-V1", "-V2") in log.quotes)
    return all_of(
        count(quote for quote in quotes if quote.version >= 3),
        count(line for quote in quotes for line in quote.lines if line.is_option and not line.is_chosen),
        count(line for quote in quotes for line in quote.lines if line.is_chosen),
        count(deal for deal, times in signed.items() if times > 1),
        count(revived),
        count(quote for quote in quotes if quote.state == "draft"),
    )


@trap("T10")
def restless_deals(log: Log) -> int:
    moves = [(event.from_stage_id or "", event.to_stage_id) for event in log.stage_events]
    backward = count(move for move in moves if move == ("V4", "V3"))
    reopened = count(move for move in moves if move == ("V7", "V4"))
    skipped = count(move for move in moves if move in (("V1", "V3"), ("V2", "V4"), ("V3", "V5")))
    return all_of(backward, reopened, skipped, count(d for d in log.deals.values() if d.name.endswith("(copie)")))


@trap("T11")
def merged(log: Log) -> int:
    twins = count(record for record in log.records if record.client_id.startswith("C9"))
    return all_of(twins, count(deal for deal in log.deals.values() if deal.merged_into))


@trap("T12")
def identities(log: Log) -> int:
    books = [record for record in log.records if record.system == "compta" and record.country == "FR"]
    vat_only = count(record for record in books if record.vat_number and not record.siren)
    weak = [record for record in books if not record.vat_number and not record.siren]
    by_domain = count(record for record in weak if record.email_domain)
    by_name = count(record for record in weak if not record.email_domain and record.postcode)
    accounts = {record.accounting_code for record in log.records if record.system == "gestion"}
    by_account = count(record for record in weak if record.accounting_code in accounts)
    homonyms = {record.siren for record in log.records if record.name == "Mécanique du Littoral" and record.siren}
    return all_of(vat_only, by_domain, by_name, by_account, len(homonyms) - 1)


@trap("T13")
def payers(log: Log) -> int:
    others = (p for p in log.payments.values() if p.instrument == "factor")
    parents = (
        match
        for match in log.allocations
        if match.payment_id
        and log.payments[match.payment_id].payer_key != log.invoices[match.invoice_id].client_key
        and log.payments[match.payment_id].instrument != "factor"
    )
    return all_of(count(others), count(parents))


@trap("T15")
def currencies(log: Log) -> int:
    rates = {client.key: client.exchange_rate for client in log.clients.values() if client.currency == "USD"}
    paid = [payment for payment in log.payments.values() if payment.payer_key in rates]
    return all_of(
        count(invoice for invoice in posted(log) if invoice.currency == "USD"),
        count(payment for payment in paid if payment.currency == "EUR"),
        count(payment for payment in paid if payment.exchange_rate not in (None, rates[payment.payer_key])),
    )


@trap("T16")
def vat_rates(log: Log) -> int:
    rates = Counter(line.vat for invoice in posted(log) for line in invoice.lines)
    mixed = count(invoice for invoice in posted(log) if len({line.vat for line in invoice.lines}) > 1)
    return all_of(mixed, *(rates[Decimal(rate)] for rate in ("0.20", "0.10", "0.055", "0")))


@trap("T17")
def odd_lines(log: Log) -> int:
    lines = [line for invoice in posted(log) for line in invoice.lines]
    return all_of(
        count(line for line in lines if line.role == "product" and not line.ht),
        count(line for line in lines if line.ht < 0 and line.role == "discount"),
        count(line for line in lines if line.role == "rounding"),
        count(line for line in lines if line.net_price != line.net_price.quantize(Decimal("0.0001"))),
        count(change for change in log.changes if not change.quantity and change.ht),
    )


@trap("T18")
def void_documents(log: Log) -> int:
    states = Counter(invoice.state for invoice in log.invoices.values())
    return all_of(states["draft"], states["cancelled"])


@trap("T20")
def late_entries(log: Log) -> int:
    return all_of(
        count(invoice for invoice in posted(log) if invoice.recorded_on > invoice.issued_on),
        count(item for item in log.deliveries if (item.recorded_on - item.delivered_on).days >= 15),
        count(item for item in log.payments.values() if (item.recorded_on - item.paid_on).days >= 8),
        count(change for change in log.changes if change.recorded_on > change.effective_on),
    )


@trap("T22")
def midnight(log: Log) -> int:
    return count(deal for deal in log.deals.values() if deal.created_at.hour == 0)


@trap("T23")
def fiscal_year(log: Log) -> int:
    return int((FIRST_DAY.month, LAST_DAY.month) == (10, 9)) * len(log.orders)


@trap("T24")
def instalment_plans(log: Log) -> int:
    return count(item for item in log.instalments.values() if item.number == 3)


@trap("T25")
def fan_out(log: Log) -> int:
    invoices = Counter(invoice.order_id for invoice in posted(log) if invoice.order_id)
    lines = Counter(change.order_id for change in log.changes if change.kind == "signature")
    return count(order for order, times in invoices.items() if times > 1 and lines[order] > 1)


@trap("T26")
def same_amounts(log: Log) -> int:
    invoices = sorted((i for i in posted(log) if i.ttc > 0), key=lambda i: (i.client_key, i.ttc, i.issued_on))
    same = ((a, b) for a, b in pairwise(invoices) if (a.client_key, a.ttc) == (b.client_key, b.ttc))
    return count(1 for a, b in same if b.issued_on - a.issued_on < timedelta(days=45))


@trap("T27")
def running_contracts(log: Log) -> int:
    reasons = Counter(change.reason for change in log.changes)
    renewals = count(deal for deal in log.deals.values() if deal.deal_type == "renewal")
    return all_of(reasons["Jours complémentaires"], reasons["Indexation"], reasons["Budget non consommé"], renewals)


def signed_amounts(log: Log) -> list[tuple[Decimal | None, Decimal]]:
    """Return (what the CRM shows, what was signed) of the deals with one signed quote."""
    signed: dict[str, Decimal] = defaultdict(Decimal)
    for quote in log.quotes.values():
        if quote.state == "signed":
            signed[quote.deal_id] += sum((line.ht for line in quote.lines if line.counts), Decimal(0))
    return [(log.deals[deal_id].crm_amount, amount) for deal_id, amount in signed.items() if amount > 0]


@trap("T28")
def wrong_amounts(log: Log) -> int:
    unknown = count(1 for shown, _ in signed_amounts(log) if not shown)
    with_tax = count(
        1 for shown, amount in signed_amounts(log) if shown and abs(shown / amount - Decimal("1.2")) < 0.001
    )
    return all_of(unknown, with_tax)


@trap("T29")
def thousands(log: Log) -> int:
    return count(1 for shown, amount in signed_amounts(log) if shown and 900 < amount / shown < 1100)


@trap("T30")
def zombies(log: Log) -> int:
    limit = LAST_DAY - timedelta(days=120)
    return count(deal for deal in log.deals.values() if deal.outcome == "open" and deal.expected_close_on < limit)


@trap("T31")
def intercompany(log: Log) -> int:
    own = {client.key for client in log.clients.values() if client.is_intercompany}
    return count(invoice for invoice in posted(log) if invoice.client_key in own)


@trap("T32")
def small_segment(log: Log) -> int:
    sizes = Counter(client.segment for client in log.clients.values())
    return int(sizes["Énergie"] == 2)


@trap("T33")
def unfinished(log: Log) -> int:
    delivered = {delivery.order_id for delivery in log.deliveries}
    return all_of(
        count(deal for deal in log.deals.values() if deal.outcome == "open"),
        count(order for order in log.orders if order not in delivered),
        count(residual for residual in log.residuals.values() if residual > 0),
    )


@trap("T34")
def late_costs(log: Log) -> int:
    return all_of(
        count(cost for cost in log.costs if (cost.recorded_on - cost.cost_on).days > 30),
        count(cost for cost in log.costs if cost.offer_id and not cost.order_id),
    )


@trap("T35")
def dumped_hours(log: Log) -> int:
    return count(entry for entry in log.time_entries if entry.hours > 12)


@trap("T36")
def insolvency(log: Log) -> int:
    given_up = (
        match
        for match in log.allocations
        if match.kind == "bad_debt" and log.invoices[match.invoice_id].client_key in log.insolvent_on
    )
    return all_of(len(log.insolvent_on), count(given_up))


@trap("T37")
def disputes(log: Log) -> int:
    disputed = [invoice for invoice in posted(log) if invoice.disputed_from]
    credited = {invoice.credited_invoice_id for invoice in posted(log) if invoice.credit_reason == "price"}
    return all_of(len(disputed), count(invoice for invoice in disputed if invoice.invoice_id in credited))


@trap("T38")
def payment_runs(log: Log) -> int:
    days = Counter(payment.paid_on.day for payment in log.payments.values())
    return int(days[10] > 2 * days[17])


@trap("T40")
def french_files(log: Log) -> int:
    return int("00/00/0000 00:00" in BROKEN_ACTIVITY)


@trap("T41")
def truncated_labels(log: Log) -> int:
    labels = Counter(payment.reference for payment in log.payments.values() if payment.reference.startswith("VIR"))
    return count(label for label, times in labels.items() if times > 1)


@trap("T43")
def small_differences(log: Log) -> int:
    kinds = Counter(match.kind for match in log.allocations if match.kind != "write_off" or match.amount <= 5)
    return all_of(kinds["write_off"], kinds["early_payment_discount"])


@trap("T44")
def compensation(log: Log) -> int:
    return count(match for match in log.allocations if match.kind == "compensation")


def posted(log: Log) -> list[Invoice]:
    return [invoice for invoice in log.invoices.values() if invoice.state == "posted"]


def test_each_trap_of_the_table_has_a_detector() -> None:
    assert documented() == set(DETECTORS) and len(DETECTORS) >= 25


@pytest.mark.parametrize("code", sorted(DETECTORS))
def test_the_trap_is_set(log: Log, code: str) -> None:
    assert DETECTORS[code](log) > 0


def test_the_company_itself_cannot_exist() -> None:
    assert SIREN.startswith("0")
