"""The company as its three systems knew it on a past day: what was entered later is not there yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ingestion.demo.facts import Allocation, Deal, Invoice, Log, Payment


def as_known(log: Log, day: date) -> Log:
    """Return the log of that day's evening. Residuals, which only the last day states, are left out.

    Capacity is planned ahead, and has no day of entry: the plan is known on any day.
    """
    invoices = {key: _undisputed(row, day) for key, row in log.invoices.items() if row.recorded_on <= day}
    payments = {key: _unbounced(row, day) for key, row in log.payments.items() if row.recorded_on <= day}
    deals = {key: deal for key, deal in log.deals.items() if deal.created_at.date() <= day}
    events = [event for event in log.stage_events if event.deal_id in deals and event.occurred_at.date() <= day]
    stages = {event.deal_id: event.to_stage_id for event in sorted(events, key=lambda event: event.occurred_at)}
    orders = {key: order for key, order in log.orders.items() if order.signed_on <= day}
    return replace(
        log,
        insolvent_on={key: on for key, on in log.insolvent_on.items() if on <= day},
        records=[
            replace(record, insolvent_on=None) if record.insolvent_on and record.insolvent_on > day else record
            for record in log.records
        ],
        deals={key: _reopened(deal, stages[key], day) for key, deal in deals.items()},
        stage_events=events,
        activities=[row for row in log.activities if row.deal_id in deals and row.occurred_at.date() <= day],
        quotes={key: quote for key, quote in log.quotes.items() if quote.issued_on <= day and quote.deal_id in deals},
        orders=orders,
        changes=[row for row in log.changes if row.order_id in orders and row.recorded_on <= day],
        deliveries=[row for row in log.deliveries if row.recorded_on <= day],
        invoices=invoices,
        instalments={key: row for key, row in log.instalments.items() if row.invoice_id in invoices},
        residuals={},
        payments=payments,
        allocations=list(_matched(log.allocations, invoices, payments, day)),
        time_entries=[row for row in log.time_entries if row.worked_on <= day],
        costs=[row for row in log.costs if row.recorded_on <= day],
        spends=[row for row in log.spends if row.month <= day],
    )


def _matched(
    allocations: Iterable[Allocation], invoices: dict[str, Invoice], payments: dict[str, Payment], day: date
) -> Iterable[Allocation]:
    for row in allocations:
        is_entered = row.payment_id is None or row.payment_id in payments
        is_credited = row.credit_note_id is None or row.credit_note_id in invoices
        if row.allocated_on <= day and row.invoice_id in invoices and is_entered and is_credited:
            yield row


def _undisputed(invoice: Invoice, day: date) -> Invoice:
    start, end = invoice.disputed_from, invoice.disputed_to
    return replace(
        invoice,
        disputed_from=start if start and start <= day else None,
        disputed_to=end if end and end <= day else None,
    )


def _unbounced(payment: Payment, day: date) -> Payment:
    if payment.bounced_on is None or payment.bounced_on <= day:
        return payment
    return replace(payment, state="settled", bounced_on=None)


def _reopened(deal: Deal, stage_id: str, day: date) -> Deal:
    """Return the deal as it stood: open again where it was closed later, and not merged yet."""
    if deal.closed_at is None or deal.closed_at.date() <= day:
        return deal
    return replace(deal, stage_id=stage_id, outcome="open", closed_at=None, lost_reason=None, merged_into=None)
