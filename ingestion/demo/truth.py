"""Writes the truth about the demo company: Parquet tables, and the story as JSON.

Keys carry their system, as in the warehouse.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.demo import truth_capacity, truth_documents, truth_funnel, truth_prices, truth_profit
from ingestion.demo.calendars import month_ends
from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Log
from ingestion.demo.money import ZERO
from ingestion.demo.story import automatic_rule, costly_segment, deceptive_offer, largest_client
from ingestion.demo.truth_behaviour import client_payments, payment_lots
from ingestion.demo.truth_ledger import Ledger
from ingestion.demo.truth_margins import Entry, OrderMargin, client_margins, margin_entries, order_margins
from ingestion.demo.truth_states import (
    EuroState,
    OutsideState,
    ar_aging,
    euro_states,
    outside_states,
    sales_of_month,
)

MONEY = pa.decimal128(18, 2)
HOURS = pa.decimal128(12, 2)
DAY = pa.date32()
TEXT = pa.string()
WHOLE = pa.int64()
FLAG = pa.bool_()
RATE = pa.decimal128(9, 6)

DOCUMENTS = {
    truth_documents.documents: (
        *((name, TEXT) for name in ("invoice_id", "doc_type", "credit_reason", "order_id", "client_key", "currency")),
        *((name, DAY) for name in ("issued_on", "disputed_from_on", "disputed_to_on")),
        ("ht_eur", MONEY),
        ("ttc_eur", MONEY),
    ),
    truth_documents.document_lines: (
        ("invoice_id", TEXT),
        ("line_role", TEXT),
        ("tax_rate_ratio", RATE),
        ("ht_eur", MONEY),
        ("ttc_eur", MONEY),
    ),
    truth_documents.dues: (
        *((name, TEXT) for name in ("instalment_id", "invoice_id", "instalment_kind")),
        ("due_on", DAY),
        ("due_ttc_eur", MONEY),
    ),
    truth_documents.payments: (
        *((name, TEXT) for name in ("payment_id", "payer_key", "instrument")),
        ("paid_on", DAY),
        ("bounced_on", DAY),
        ("received_ttc_eur", MONEY),
    ),
    truth_documents.clients: (
        ("client_key", TEXT),
        ("is_intercompany", FLAG),
        ("insolvent_on", DAY),
        ("habit", TEXT),
    ),
}

FUNNEL = {
    truth_funnel.pipeline_stands: (
        ("as_of_on", DAY),
        ("deal_id", TEXT),
        ("stage_id", TEXT),
        ("pipeline_ht_eur", MONEY),
    ),
    truth_funnel.pipeline_flows: (
        ("bridge_month", DAY),
        ("team", TEXT),
        ("segment", TEXT),
        ("flow", TEXT),
        ("deal_count", WHOLE),
        ("flow_ht_eur", MONEY),
    ),
    truth_funnel.quote_versions: (
        *((name, TEXT) for name in ("quote_id", "root_quote_id", "deal_id")),
        ("version_number", WHOLE),
        ("state", TEXT),
        ("has_options", FLAG),
        ("proposed_ht_eur", MONEY),
    ),
    truth_funnel.deal_oddities: (
        ("deal_id", TEXT),
        ("is_copy", FLAG),
        ("is_stale", FLAG),
        ("reopened_count", WHOLE),
        ("backward_count", WHOLE),
        ("crm_amount_check", TEXT),
    ),
    truth_funnel.merged_deals: (
        ("deal_id", TEXT),
        ("surviving_deal_id", TEXT),
    ),
    truth_funnel.sales_promises: (
        ("target_month", DAY),
        ("team", TEXT),
        ("deal_count", WHOLE),
        ("promised_ht_eur", MONEY),
        ("signed_ht_eur", MONEY),
    ),
    truth_funnel.win_curves: (
        ("client_type", TEXT),
        ("horizon_days", WHOLE),
        ("entered_count", WHOLE),
        ("win_ratio", RATE),
    ),
}

PRODUCTION = {
    truth_capacity.capacity_weeks: (
        ("resource_pool", TEXT),
        ("week_on", DAY),
        ("capacity_hours", HOURS),
        ("worked_hours", HOURS),
    ),
    truth_capacity.order_promises: (
        *((name, TEXT) for name in ("order_id", "sale_type")),
        *((name, DAY) for name in ("promised_first_on", "promised_last_on", "delivered_on")),
        ("undelivered_ht_eur", MONEY),
        *((name, FLAG) for name in ("is_first_kept", "is_last_kept")),
    ),
}

PROFIT = {
    truth_profit.offer_profits: (
        *((name, TEXT) for name in ("offer_id", "cohort_label")),
        ("order_count", WHOLE),
        *((name, MONEY) for name in ("signed", "revenue", "m_theo", "m_acct", "m_real")),
    ),
    truth_profit.segment_margins: (("segment", TEXT), ("m_real", MONEY)),
    truth_profit.acquisition_costs: (
        *((name, TEXT) for name in ("segment", "cohort_label")),
        *((name, MONEY) for name in ("marketing", "conquest_hours", "lost_hours", "development_hours", "cost")),
        *((name, WHOLE) for name in ("signed_count", "confirmed_count")),
    ),
    truth_profit.order_acquisition_costs: (("order_id", TEXT), ("cost", MONEY)),
}

PRICES = {
    truth_prices.line_prices: (
        ("invoice_line_id", TEXT),
        ("issued_on", DAY),
        *((name, TEXT) for name in ("client_key", "offer_id", "discount_origin")),
        *((f"{name}_ht_eur", MONEY) for name in ("list", "discount", "unexplained_discount", "invoice_price")),
    ),
    truth_prices.price_steps: (
        *((name, TEXT) for name in ("order_id", "client_key", "step")),
        ("step_eur", MONEY),
    ),
}


def _write(path: Path, columns: Sequence[tuple[str, pa.DataType]], rows: Iterable[Sequence[object]]) -> int:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, type=kind) for column, (_, kind) in zip(values, columns, strict=True)]
    table = pa.Table.from_arrays(arrays, names=[name for name, _ in columns])
    pq.write_table(table, path, compression="zstd")
    return int(table.num_rows)


def _key(system: str, key: str | None) -> str | None:
    return f"{system}:{key}" if key else None


def _after_key(fact: EuroState | OrderMargin) -> list[object]:
    """Return the fields of a fact after its key."""
    return list(vars(fact).values())[1:]


def as_of_days(log: Log) -> list[date]:
    """Return the month-ends since the first order or document, and the last day."""
    first = min(
        *(order.signed_on for order in log.orders.values()),
        *(invoice.issued_on for invoice in log.invoices.values() if invoice.state == "posted"),
    )
    return sorted({*month_ends(first, LAST_DAY), LAST_DAY})


def write_truth(log: Log, truth_dir: Path) -> dict[str, int]:
    """Write every table of the truth; return its number of rows."""
    truth_dir.mkdir(parents=True, exist_ok=True)
    ledger, days = Ledger(log), as_of_days(log)
    entries = margin_entries(ledger, LAST_DAY)
    margins = list(order_margins(ledger, entries, LAST_DAY))
    counts = {
        **{
            facts.__name__: _write(truth_dir / f"{facts.__name__}.parquet", columns, facts(ledger))
            for facts, columns in {**DOCUMENTS, **FUNNEL, **PRODUCTION, **PROFIT, **PRICES}.items()
        },
        "order_euro_states": _write_states(truth_dir, euro_states(ledger, days)),
        "outside_crm_states": _write_outside(truth_dir, outside_states(ledger, days)),
        "allocations": _write_allocations(truth_dir, ledger),
        **_write_receivables(truth_dir, ledger, days),
        **_write_margins(truth_dir, ledger, margins, entries),
        "deal_outcomes": _write_deals(truth_dir, log),
        "payment_delays": _write_delays(truth_dir, ledger),
        **_write_behaviours(truth_dir, ledger),
    }
    story = {
        "largest_client": largest_client(ledger, entries),
        "automatic_rule": automatic_rule(ledger),
        "deceptive_offer": deceptive_offer(ledger, {margin.order_id: margin for margin in margins}, LAST_DAY),
        "costly_segment": costly_segment(ledger, entries),
    }
    written = json.dumps(story, ensure_ascii=False, indent=2, default=str)
    (truth_dir / "story.json").write_text(written + "\n", encoding="utf-8")
    return counts


def _write_states(truth_dir: Path, states: Iterable[EuroState]) -> int:
    amounts = [(field.name, MONEY) for field in fields(EuroState)[2:]]
    columns = [("order_id", TEXT), ("as_of_on", DAY), *amounts]
    rows = ((_key("gestion", state.order_id), *_after_key(state)) for state in states)
    return _write(truth_dir / "order_euro_states.parquet", columns, rows)


def _write_outside(truth_dir: Path, states: Iterable[OutsideState]) -> int:
    amounts = [(field.name, MONEY) for field in fields(OutsideState)[2:]]
    columns = [("client_key", TEXT), ("as_of_on", DAY), *amounts]
    return _write(truth_dir / "outside_crm_states.parquet", columns, (tuple(vars(state).values()) for state in states))


def _write_allocations(truth_dir: Path, ledger: Ledger) -> int:
    columns = [
        ("instalment_id", TEXT),
        ("invoice_id", TEXT),
        ("payment_id", TEXT),
        ("allocation_kind", TEXT),
        ("effective_on", DAY),
        ("cash_on", DAY),
        ("allocated_ttc_eur", MONEY),
    ]
    rows = (
        (
            _key("compta", row.instalment_id),
            _key("compta", row.invoice_id),
            _key("compta", row.payment_id),
            row.kind,
            row.effective_on,
            row.cash_on,
            row.amount,
        )
        for row in ledger.settlements
    )
    return _write(truth_dir / "allocations.parquet", columns, rows)


def _write_receivables(truth_dir: Path, ledger: Ledger, days: list[date]) -> dict[str, int]:
    """Write the aged debts by client, and their totals by month with the month's sales."""
    clients = ledger.log.clients
    aging = list(ar_aging(ledger, days))
    columns = [("as_of_on", DAY), ("client_key", TEXT), ("siren", TEXT), ("bucket", TEXT), ("open_ttc_eur", MONEY)]
    rows = ((day, key, clients[key].siren, bucket, amount) for day, key, bucket, amount in aging)
    health = []
    for day in days:
        total = dict.fromkeys(("not_due", "retained", "credit_note", "unallocated", "overdue"), ZERO)
        for on, _, bucket, amount in aging:
            if on == day:
                total[bucket if bucket in total else "overdue"] += amount
        gross = total["not_due"] + total["overdue"] + total["retained"]
        net = gross + total["credit_note"] + total["unallocated"]
        parts = (total["not_due"], total["overdue"], total["retained"], total["credit_note"], total["unallocated"])
        health.append((day, net, gross, *parts, sales_of_month(ledger, day)))
    names = ("ar", "ar_gross", "not_due", "overdue", "retained", "credit_note", "unallocated", "sales")
    health_columns = [("month_end", DAY), *((f"{name}_ttc_eur", MONEY) for name in names)]
    return {
        "ar_aging": _write(truth_dir / "ar_aging.parquet", columns, rows),
        "ar_health": _write(truth_dir / "ar_health.parquet", health_columns, health),
    }


def _write_margins(truth_dir: Path, ledger: Ledger, margins: list[OrderMargin], entries: list[Entry]) -> dict[str, int]:
    amounts = [(field.name, MONEY) for field in fields(OrderMargin)[1:]]
    by_order = ((_key("gestion", margin.order_id), *_after_key(margin)) for margin in margins)
    by_client = (
        (key, ledger.log.clients[key].siren, amount) for key, amount in sorted(client_margins(entries).items())
    )
    by_kind: dict[str, Decimal] = {}
    for entry in entries:
        by_kind[entry.kind] = by_kind.get(entry.kind, ZERO) + entry.amount
    return {
        "order_margins": _write(truth_dir / "order_margins.parquet", [("order_id", TEXT), *amounts], by_order),
        "client_margins": _write(
            truth_dir / "client_margins.parquet", [("client_key", TEXT), ("siren", TEXT), ("m_real", MONEY)], by_client
        ),
        "margin_totals": _write(
            truth_dir / "margin_totals.parquet", [("entry_kind", TEXT), ("entry_eur", MONEY)], sorted(by_kind.items())
        ),
    }


def _write_deals(truth_dir: Path, log: Log) -> int:
    signed: dict[str, Decimal] = {}
    for change in log.changes:
        order = log.orders[change.order_id]
        if change.kind == "signature" and order.deal_id:
            rate = order.exchange_rate or Decimal(1)
            signed[order.deal_id] = signed.get(order.deal_id, ZERO) + (change.ht * rate).quantize(Decimal("0.01"))
    columns = [
        ("deal_id", TEXT),
        ("outcome", TEXT),
        ("client_type", TEXT),
        ("created_on", DAY),
        ("closed_on", DAY),
        ("age_days", WHOLE),
        ("signed_ht_eur", MONEY),
    ]
    rows = []
    for deal in log.deals.values():
        if deal.merged_into:
            continue
        created_on = deal.created_at.date()
        closed_on = deal.closed_at.date() if deal.closed_at else None
        age = ((closed_on or LAST_DAY) - created_on).days
        client_type = log.clients[deal.client_key].client_type
        row = (
            _key("crm", deal.deal_id),
            deal.outcome,
            client_type,
            created_on,
            closed_on,
            age,
            signed.get(deal.deal_id),
        )
        rows.append(row)
    return _write(truth_dir / "deal_outcomes.parquet", columns, rows)


def _write_delays(truth_dir: Path, ledger: Ledger) -> int:
    """Write each payment of an instalment with its days late; a debit that bounced is not a payment."""
    columns = [
        ("instalment_id", TEXT),
        ("payment_id", TEXT),
        ("client_key", TEXT),
        ("siren", TEXT),
        ("issued_on", DAY),
        ("due_on", DAY),
        ("cash_on", DAY),
        ("late_days", WHOLE),
        ("allocated_ttc_eur", MONEY),
    ]
    rows = []
    for row in ledger.settlements:
        payment = ledger.log.payments.get(row.payment_id or "")
        if row.kind != "payment" or row.amount <= 0 or not row.instalment_id or not row.cash_on or not payment:
            continue
        if payment.state == "settled":
            due = ledger.dues[row.instalment_id]
            siren = ledger.log.clients[due.client_key].siren
            keys = (_key("compta", row.instalment_id), _key("compta", row.payment_id), due.client_key, siren)
            dates = (due.issued_on, due.due_on, row.cash_on, (row.cash_on - due.due_on).days)
            rows.append((*keys, *dates, row.amount))
    return _write(truth_dir / "payment_delays.parquet", columns, rows)


def _write_behaviours(truth_dir: Path, ledger: Ledger) -> dict[str, int]:
    """Write how each client pays, and the lots from which payment curves are drawn."""
    amounts = ("paid", "unpaid", "on_time", "pay_euro_days", "late_euro_days", "undisputed_euro_days")
    columns = [
        ("client_key", TEXT),
        ("run_days", TEXT),
        ("payment_count", WHOLE),
        ("factored_count", WHOLE),
        ("bounced_count", WHOLE),
        *((name, MONEY) for name in amounts),
    ]
    rows = (
        (
            *(own.client_key, own.run_days, len(own.payments), len(own.factored), len(own.bounced)),
            *(getattr(own, name) for name in amounts),
        )
        for own in client_payments(ledger, LAST_DAY)
    )
    lots = [("client_key", TEXT), ("late_days", WHOLE), ("is_paid", pa.bool_()), ("share", pa.decimal128(18, 6))]
    return {
        "client_payments": _write(truth_dir / "client_payments.parquet", columns, rows),
        "payment_lots": _write(truth_dir / "payment_lots.parquet", lots, payment_lots(ledger, LAST_DAY)),
    }
