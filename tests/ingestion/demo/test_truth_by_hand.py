"""The truth against figures worked by hand: the fixture 7.6 of the design, and the cost of waiting for one invoice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ingestion.demo.facts import (
    Allocation,
    Delivery,
    Instalment,
    Invoice,
    InvoiceLine,
    Log,
    Order,
    OrderLineChange,
    Payment,
)
from ingestion.demo.truth_ledger import Ledger
from ingestion.demo.truth_margins import margin_entries
from ingestion.demo.truth_states import EuroState, ar_aging, euro_states

SIGNED, AS_OF = date(2025, 1, 2), date(2025, 6, 30)
NO_VAT = Decimal(0)


def line(amount: str, role: str = "product") -> InvoiceLine:
    ht = Decimal(amount)
    return InvoiceLine(1, role, None, None, Decimal(1), None, ht, ht, ht, NO_VAT, "704000")


def invoice(log: Log, key: str, amount: str, issued_on: date, *dues: tuple[str, date, str], **fields: str) -> None:
    role = "deposit" if fields.get("doc_type") == "deposit" else "product"
    document = Invoice(
        invoice_id=key,
        doc_type="invoice",
        state="posted",
        client_key="a",
        order_id="o",
        issued_on=issued_on,
        recorded_on=issued_on,
        currency="EUR",
        exchange_rate=None,
        term_label=None,
        lines=(line(amount, role),),
    )
    log.invoices[key] = replace(document, **fields)  # type: ignore[arg-type]  # every field given is a text
    for number, (due, due_on, kind) in enumerate(dues, start=1):
        log.instalments[f"{key}-{number}"] = Instalment(f"{key}-{number}", key, number, due_on, Decimal(due), kind)


def pay(log: Log, key: str, document: str, amount: str, paid_on: date) -> None:
    paid = Decimal(amount)
    log.payments[key] = Payment(key, "a", paid_on, paid_on, "in", paid, "EUR", None, "transfer", "")
    log.allocations.append(Allocation(f"m-{key}", document, "payment", paid, paid_on, ((f"{document}-1", paid),), key))


def golden() -> Log:
    """60 000 signed: deposit 18 000 paid; 24 000, 12 000 paid and 3 000 credited; 12 000 not due; 4 000 to invoice."""
    log = Log()
    log.orders["o"] = Order("o", "a", "project", SIGNED, "EUR", None)
    amount = Decimal(60_000)
    log.changes.append(
        OrderLineChange("o-1-0", "o-1", "o", "signature", "MOD", Decimal(1), amount, amount, NO_VAT, SIGNED, SIGNED)
    )
    day = date(2025, 6, 1)
    log.deliveries.append(Delivery("d", "o", "o-1", day, day, Decimal(1), Decimal(58_000), "percentage"))
    invoice(log, "deposit", "18000", date(2025, 1, 3), ("18000", date(2025, 1, 11), "deposit"), doc_type="deposit")
    invoice(log, "second", "24000", date(2025, 3, 1), ("24000", date(2025, 3, 31), "standard"))
    dues = (("11400", date(2025, 7, 15), "standard"), ("600", date(2026, 6, 15), "retention"))
    invoice(log, "third", "12000", date(2025, 6, 15), *dues)
    credit = {"doc_type": "credit_note", "credit_reason": "price", "credited_invoice_id": "second"}
    invoice(log, "credit", "-3000", date(2025, 5, 1), ("-3000", date(2025, 5, 1), "standard"), **credit)
    pay(log, "p1", "deposit", "18000", date(2025, 1, 11))
    pay(log, "p2", "second", "12000", date(2025, 4, 30))
    three = Decimal(3000)
    log.allocations.append(
        Allocation("m-c", "second", "credit_note", three, AS_OF, (("second-1", three),), None, "credit")
    )
    return log


def state(log: Log, day: date) -> EuroState:
    (found,) = euro_states(Ledger(log), [day])
    return found


def test_the_golden_order() -> None:
    amounts = (60_000, 30_000, 11_400, 600, 9_000, 4_000, 2_000, 3_000, 0, 0)
    assert state(golden(), AS_OF) == EuroState("o", AS_OF, *(Decimal(amount) for amount in amounts))


def test_a_due_date_is_not_late_until_the_day_after() -> None:
    assert state(golden(), date(2025, 7, 15)).overdue_ttc_eur == 9_000
    assert state(golden(), date(2025, 7, 16)).overdue_ttc_eur == 9_000 + 11_400


def test_a_retention_past_due_is_overdue() -> None:
    assert state(golden(), date(2026, 6, 15)).retained_ttc_eur == 600
    last = state(golden(), date(2026, 6, 16))
    assert last.retained_ttc_eur == 0 and last.overdue_ttc_eur == 9_000 + 11_400 + 600


def test_a_bounced_payment_is_cash_until_it_bounces() -> None:
    log = golden()
    log.payments["p2"] = replace(log.payments["p2"], state="bounced", bounced_on=date(2025, 5, 7))
    assert state(log, date(2025, 5, 6)).cashed_ttc_eur == 30_000
    after = state(log, date(2025, 5, 7))
    assert after.cashed_ttc_eur == 18_000 and after.overdue_ttc_eur == 21_000


def test_a_credit_note_not_used_is_over_invoiced_then_settles() -> None:
    log = golden()
    unused = log.allocations.pop()
    before = state(log, AS_OF)
    assert before.over_invoiced_ttc_eur == 3_000 and before.overdue_ttc_eur == 12_000
    log.allocations.append(unused)
    assert state(log, AS_OF).over_invoiced_ttc_eur == 0


def test_a_rebilled_invoice_returns_to_what_is_to_invoice() -> None:
    log = golden()
    log.invoices["credit"] = replace(log.invoices["credit"], credit_reason="rebill")
    rebilled = state(log, AS_OF)
    assert rebilled.cancelled_or_credited_ttc_eur == 0 and rebilled.delivered_to_invoice_ttc_eur == 7_000


def test_ages_are_counted_from_the_due_date_upper_bound_included() -> None:
    days = [date(2025, 4, 30), date(2025, 5, 30), date(2025, 5, 31), date(2025, 6, 30)]
    ages = [
        (day, bucket) for day, _, bucket, _ in ar_aging(Ledger(golden()), days) if bucket not in ("not_due", "retained")
    ]
    assert ages == list(zip(days, ("1-30", "31-60", "61-90", "91+"), strict=True))


def test_waiting_costs_six_percent_a_year() -> None:
    """18 000 for 8 days; 12 000 for 60, 3 000 for 61, 9 000 for 121; 12 000 for 15; the credit note nothing.

    Each on the day of its invoice.
    """
    costs = {
        (entry.on, -entry.amount) for entry in margin_entries(Ledger(golden()), AS_OF) if entry.kind == "cost_of_credit"
    }
    assert costs == {
        (date(2025, 1, 3), Decimal("23.67")),
        (date(2025, 3, 1), Decimal("327.45")),
        (date(2025, 6, 15), Decimal("29.59")),
    }
