"""What the truth promises: closed, never negative, independent of the exports; the story and the calibration hold."""

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingestion.demo.company import LAST_DAY
from ingestion.demo.facts import Log
from ingestion.demo.money import cents
from ingestion.demo.truth_ledger import Ledger
from ingestion.demo.truth_margins import client_margins, margin_entries, order_margins
from ingestion.demo.truth_states import EuroState, ar_aging, euro_states

ZERO = Decimal(0)


def table(demo_dir: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(demo_dir / "truth" / f"{name}.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def story(demo_dir: Path) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = json.loads((demo_dir / "truth" / "story.json").read_text())
    return told


@pytest.fixture(scope="module")
def weekly(ledger: Ledger) -> list[EuroState]:
    """The states on days that are no month-end: what holds on month-ends only would be luck."""
    return list(euro_states(ledger, [date(2024, 2, 29) + timedelta(days=41 * step) for step in range(20)]))


def test_every_signed_euro_is_in_one_state(demo_dir: Path, weekly: list[EuroState]) -> None:
    rows = table(demo_dir, "order_euro_states")
    for row in rows:
        states = [amount for name, amount in row.items() if name.endswith("_eur")]
        signed, *parts, over_invoiced = states
        assert sum(parts) - over_invoiced == signed, row
    assert [state for state in weekly if state.gap] == []


def test_no_state_is_negative(demo_dir: Path, weekly: list[EuroState], ledger: Ledger) -> None:
    """But for an exchange gain: euros cashed beyond those signed."""
    rows = [*table(demo_dir, "order_euro_states"), *(vars(state) for state in weekly)]
    gainers = {row.invoice_id for row in ledger.settlements if row.kind == "exchange_difference" and row.amount < 0}
    orders = {ledger.invoices[invoice_id or ""].order_id for invoice_id in gainers}
    negative = [row for row in rows if min(value for name, value in row.items() if name.endswith("_eur")) < 0]
    assert {row["order_id"].removeprefix("gestion:") for row in negative} <= orders
    kept = [name for name in negative[0] if name.endswith("_eur") and name != "written_off_ttc_eur"]
    assert [row for row in negative if min(row[name] for name in kept) < 0] == []


def test_every_state_is_met(demo_dir: Path) -> None:
    met: dict[str, Decimal] = defaultdict(Decimal)
    for row in table(demo_dir, "order_euro_states"):
        for name, value in row.items():
            if name.endswith("_eur"):
                met[name] += value
    assert len(met) == 10 and min(met.values()) > 0


def test_what_no_order_explains_is_followed_too(demo_dir: Path) -> None:
    for row in table(demo_dir, "outside_crm_states"):
        invoiced, *settled, unused = (amount for name, amount in row.items() if name.endswith("_eur"))
        assert sum(settled) - unused == invoiced, row


def test_an_order_carried_out_is_invoiced_in_full(ledger: Ledger, log: Log) -> None:
    """Deposits, parts, amendments and cancellations add up to the order, to the cent, on the last day."""
    last = list(euro_states(ledger, [LAST_DAY]))
    over = {state.order_id for state in last if state.over_invoiced_ttc_eur}
    done = [
        state for state in last if not state.undelivered_to_invoice_ttc_eur and not state.delivered_to_invoice_ttc_eur
    ]
    assert len(done) > 0.7 * len(log.orders)
    assert len(over) < 0.03 * len(log.orders)
    rests = (state.undelivered_to_invoice_ttc_eur + state.over_invoiced_ttc_eur for state in last)
    assert [rest for rest in rests if 0 < rest < Decimal("0.10")] == []


def test_matches_of_a_payment_are_the_payment(demo_dir: Path, log: Log) -> None:
    received: dict[str, Decimal] = defaultdict(Decimal)
    for row in table(demo_dir, "allocations"):
        if row["payment_id"] and row["allocation_kind"] != "exchange_difference":
            received[row["payment_id"]] += row["allocated_ttc_eur"]
    for payment in log.payments.values():
        euros = cents(payment.amount * (payment.exchange_rate or 1))
        expected = ZERO if payment.bounced_on else euros if payment.direction == "in" else -euros
        assert received[f"compta:{payment.payment_id}"] == expected


def test_nothing_is_settled_beyond_what_is_due(ledger: Ledger) -> None:
    for due in ledger.dues.values():
        for row in ledger.by_instalment[due.instalment_id]:
            left = ledger.open_on(due, row.effective_on)
            assert min(due.amount, ZERO) <= left <= max(due.amount, ZERO), due


def test_the_bookkeeping_agrees_with_the_replay(ledger: Ledger, log: Log) -> None:
    left: dict[str, Decimal] = defaultdict(Decimal)
    for due in ledger.dues.values():
        left[due.invoice_id] += ledger.open_on(due, LAST_DAY)
    for invoice_id, residual in log.residuals.items():
        assert left[invoice_id] == residual * (log.invoices[invoice_id].exchange_rate or 1)


def test_aged_debts_are_the_open_dues(demo_dir: Path, ledger: Ledger) -> None:
    aged = sum(
        row["open_ttc_eur"]
        for row in table(demo_dir, "ar_aging")
        if row["as_of_on"] == LAST_DAY and row["bucket"] != "unallocated"
    )
    assert aged == sum(ledger.open_on(due, LAST_DAY) for due in ledger.dues.values())
    last = table(demo_dir, "ar_health")[-1]
    assert (
        last["ar_ttc_eur"]
        == aged + last["unallocated_ttc_eur"]
        == sum(last[f"{name}_ttc_eur"] for name in ("ar_gross", "credit_note", "unallocated"))
    )


def test_money_for_a_later_invoice_is_on_account_until_then(ledger: Ledger) -> None:
    early = [row for row in ledger.settlements if row.cash_on and row.instalment_id and row.cash_on < row.effective_on]
    for row in early:
        client_key = ledger.dues[row.instalment_id or ""].client_key
        before, after = (
            sum(
                amount
                for _, key, bucket, amount in ar_aging(ledger, [day])
                if (key, bucket) == (client_key, "unallocated")
            )
            for day in (row.effective_on - timedelta(days=1), row.effective_on)
        )
        assert before - after == -row.amount
    assert early


def test_margins_are_sums_of_one_ledger(demo_dir: Path, ledger: Ledger) -> None:
    entries = margin_entries(ledger, LAST_DAY)
    pool = sum(entry.amount for entry in entries if entry.client_key is None)
    assert sum(client_margins(entries).values()) + pool == sum(
        row["entry_eur"] for row in table(demo_dir, "margin_totals")
    )
    without_order = sum(entry.amount for entry in entries if entry.client_key and not entry.order_id)
    by_order = sum(margin.m_real for margin in order_margins(ledger, entries, LAST_DAY))
    assert by_order + without_order == sum(client_margins(entries).values())


def test_deposits_are_no_revenue_once_deducted(ledger: Ledger, log: Log) -> None:
    """A finished order earns once what was signed, less cancellations and credit notes."""
    entries = margin_entries(ledger, LAST_DAY)
    earned = {margin.order_id: margin.revenue for margin in order_margins(ledger, entries, LAST_DAY)}
    ordered: dict[str, Decimal] = defaultdict(Decimal)
    for change in log.changes:
        ordered[change.order_id] += change.ht * (log.orders[change.order_id].exchange_rate or 1)
    for invoice in ledger.invoices.values():
        if invoice.doc_type == "credit_note" and invoice.credit_reason != "rebill" and invoice.order_id:
            ordered[invoice.order_id] += sum((line.ht for line in invoice.lines if line.role != "deposit"), ZERO)
    finals = {
        invoice.order_id for invoice in ledger.invoices.values() if invoice.doc_type == "final" and invoice.order_id
    }
    assert len(finals) > 20
    assert [order_id for order_id in finals if earned[order_id] != ordered[order_id]] == []


def test_merged_deals_count_nowhere(demo_dir: Path, log: Log) -> None:
    counted = {row["deal_id"] for row in table(demo_dir, "deal_outcomes")}
    merged = {f"crm:{deal.deal_id}" for deal in log.deals.values() if deal.merged_into}
    assert merged and not merged & counted and len(counted) + len(merged) == len(log.deals)


def test_the_largest_client_pays_late_and_is_not_the_most_profitable(story: dict[str, dict[str, Any]]) -> None:
    told = story["largest_client"]
    assert Decimal(told["invoice_to_cash_days"]) > 90
    assert told["m_real_rank"] > 1 and told["client_key"] != told["most_profitable_client_key"]


def test_the_automatic_rule_destroys_margin(story: dict[str, dict[str, Any]]) -> None:
    told = story["automatic_rule"]
    assert told["signed_line_count"] >= 20
    assert Decimal(told["margin_over_standard_cost_eur"]) < 0 < Decimal(told["discount_ht_eur"])


def test_the_deceptive_offer_looks_good_and_loses_money(story: dict[str, dict[str, Any]]) -> None:
    told = story["deceptive_offer"]
    assert told["old_order_count"] >= 8
    assert Decimal(told["old_m_theo_eur"]) > 100_000 and Decimal(told["old_m_real_eur"]) < 0


def test_one_segment_costs_more_to_win_than_it_earns(story: dict[str, dict[str, Any]]) -> None:
    told = story["costly_segment"]
    assert Decimal(told["m_real_eur"]) > 0 > Decimal(told["net_eur"])


def test_lateness_is_that_of_french_firms(demo_dir: Path) -> None:
    """Mean lateness about 14 days, 45 % on time, 9 % more than 30 days late (Altares, first half of 2025)."""
    late = [max(0, row["late_days"]) for row in table(demo_dir, "payment_delays")]
    assert len(late) > 800
    assert 11 <= sum(late) / len(late) <= 17
    assert 0.40 <= sum(days == 0 for days in late) / len(late) <= 0.52
    assert 0.06 <= sum(days > 30 for days in late) / len(late) <= 0.14


def test_the_company_has_the_size_of_its_forty_people(log: Log) -> None:
    lines = sum(len(invoice.lines) for invoice in log.invoices.values())
    assert 60 <= len(log.clients) <= 150
    assert 600 <= len(log.deals) <= 1000
    assert 300 <= len(log.orders) <= 450
    assert 2500 <= lines <= 4000
