"""What a CRM forgets is kept: two runs a month apart, and what the people of the CRM changed in between.

The oracle is the change itself, made in the simulator's log between the two evenings.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.demo.exports import write_exports
from ingestion.demo.facts import Deal, Log
from ingestion.demo.rewind import as_known
from ingestion.demo.simulation import simulate
from ingestion.source import discover
from ingestion.warehouse import load
from orchestration.dbt_runner import DbtRun
from orchestration.resources import load_settings

BEFORE, AFTER = date(2026, 8, 31), date(2026, 9, 30)
MODELS = ("rpt_pipeline_bridge", "rpt_sales_forecast_accuracy")


@dataclass(frozen=True)
class Changes:
    """Deals open from the first evening to the last, none quoted in between, by what becomes of them."""

    postponed: Deal
    advanced: Deal
    repriced: Deal
    deleted: Deal
    grown: Deal


@dataclass(frozen=True)
class History:
    """The warehouse after both runs, and the rows that were frozen by the first."""

    changes: Changes
    client_type: str
    segment: str
    warehouse: Path
    frozen_before: list[tuple[Any, ...]]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the marts of the second run."""
        return ask(self.warehouse, query)


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute("set search_path = 'marts'")
        return connection.execute(query).fetchall()


def choose(log: Log) -> Changes:
    """Five deals that nothing else changes in September."""
    quoted = {quote.deal_id for quote in log.quotes.values()}
    moved = {event.deal_id for event in log.stage_events if event.occurred_at.date() > BEFORE}
    calm = [
        deal
        for deal in log.deals.values()
        if deal.outcome == "open" and not deal.merged_into and deal.crm_amount and deal.created_at.date() <= BEFORE
        and deal.deal_id not in quoted | moved
    ]  # fmt: skip
    return Changes(*calm[: len(Changes.__annotations__)])


def dated(deal: Deal, day: date) -> Deal:
    return replace(deal, expected_close_on=day)


def on_the_first_evening(log: Log, changes: Changes) -> Log:
    known = as_known(log, BEFORE)
    close_on = {
        changes.postponed.deal_id: date(2026, 9, 15),
        changes.advanced.deal_id: date(2026, 11, 15),
    }
    known.deals.update({key: dated(known.deals[key], day) for key, day in close_on.items()})
    return known


def on_the_last_evening(log: Log, changes: Changes) -> Log:
    """Postponed beyond the quarter, advanced into it, worth twice as much, deleted, and the client's type changed."""
    deals = dict(log.deals)
    deals[changes.postponed.deal_id] = dated(changes.postponed, date(2026, 12, 15))
    deals[changes.advanced.deal_id] = dated(changes.advanced, date(2026, 9, 30))
    worth = 2 * (changes.repriced.crm_amount or Decimal(0))
    deals[changes.repriced.deal_id] = replace(changes.repriced, crm_amount=worth)
    del deals[changes.deleted.deal_id]
    records = [
        replace(record, client_type="association", segment="Santé")
        if record.client_key == changes.grown.client_key
        else record
        for record in log.records
    ]
    gone = changes.deleted.deal_id
    return replace(
        log,
        deals=deals,
        records=records,
        stage_events=[event for event in log.stage_events if event.deal_id != gone],
        activities=[activity for activity in log.activities if activity.deal_id != gone],
        time_entries=[replace(entry, deal_id=None) if entry.deal_id == gone else entry for entry in log.time_entries],
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    log = simulate(seed=7)
    changes = choose(log)
    home = tmp_path_factory.mktemp("history")

    def run(evening: Callable[[Log, Changes], Log], as_of: date) -> Path:
        write_exports(evening(log, changes), home / f"exports-{as_of}")
        settings = load_settings(home=home, files_dir=home / f"exports-{as_of}", as_of=as_of)
        options = settings.sender_options
        load(discover()["files"], warehouse=settings.warehouse, pipelines_dir=settings.dlt, options=options)
        selected = [f"+{name}" for name in MODELS]
        tested = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
        DbtRun(settings).invoke(["build", "--quiet", *tested, "--select", *selected])
        return settings.warehouse

    first = run(on_the_first_evening, BEFORE)
    frozen = ask(first, "select * from fct_sales_forecast_snapshots order by all")
    grown = log.clients[changes.grown.client_key]
    return History(changes, grown.client_type, grown.segment, run(on_the_last_evening, AFTER), frozen)


def test_a_date_that_moves_is_pulled_in_or_pushed_out(history: History) -> None:
    changes = history.changes
    flows = history.ask(
        "select sum(pulled_in_count), sum(pushed_out_count) from rpt_pipeline_bridge "
        "where bridge_month = date '2026-09-01' and close_window = 'quarter' and has_date_history"
    )
    periods = history.ask(
        "select deal_id, from_on, expected_close_on from fct_pipeline_daily where to_on > date '2026-09-30' "
        f"and deal_id in ('crm:{changes.postponed.deal_id}', 'crm:{changes.advanced.deal_id}')"
    )
    assert flows[0][0] >= 1
    assert flows[0][1] == 1
    assert sorted(periods) == sorted(
        [
            (f"crm:{changes.postponed.deal_id}", AFTER, date(2026, 12, 15)),
            (f"crm:{changes.advanced.deal_id}", AFTER, date(2026, 9, 30)),
        ]
    )


def test_an_amount_that_is_typed_again_is_upsized_from_then_on(history: History) -> None:
    deal = history.changes.repriced
    periods = history.ask(
        "select from_on, amount_origin, pipeline_ht_eur from fct_pipeline_daily "
        f"where deal_id = 'crm:{deal.deal_id}' order by from_on desc limit 2"
    )
    assert deal.crm_amount is not None
    assert periods == [(AFTER, "crm", 2 * deal.crm_amount), (BEFORE, "crm", deal.crm_amount)]


def test_a_deal_that_the_sender_deletes_is_removed_and_was_there_before(history: History) -> None:
    deal = history.changes.deleted
    last = history.ask(
        "select pipeline_state, from_on, pipeline_ht_eur from fct_pipeline_daily "
        f"where deal_id = 'crm:{deal.deal_id}' order by from_on desc limit 1"
    )
    removed = history.ask(
        "select bridge_month, sum(removed_count), sum(removed_ht_eur) from rpt_pipeline_bridge "
        "where close_window = 'all' and removed_count > 0 group by all"
    )
    assert last == [("removed", AFTER, deal.crm_amount)]
    assert removed == [(date(2026, 9, 1), 1, deal.crm_amount)]


def test_a_client_that_grows_rewrites_no_past(history: History) -> None:
    """T14: its earlier deals stay with the type and the segment that they came in with."""
    deals = "fct_pipeline_daily as periods inner join fct_deals as deals using (deal_id) where deals.segment = 'Santé'"
    now = history.ask(f"select distinct deals.client_type, deals.segment from {deals}")
    told = history.ask(
        f"select distinct periods.client_type, periods.segment from {deals} and created_on <= date '{BEFORE}'"
    )
    assert now == [("association", "Santé")]
    assert told == [(history.client_type, history.segment)]


def test_what_was_frozen_stays_and_new_mondays_come_after_it(history: History) -> None:
    kept = history.ask("select * from fct_sales_forecast_snapshots where snapshot_on <= date '2026-08-31' order by all")
    added = history.ask(
        "select distinct snapshot_on from fct_sales_forecast_snapshots "
        "where snapshot_on > date '2026-08-31' order by all"
    )
    assert kept == history.frozen_before
    assert [day for (day,) in added] == [date(2026, 9, 7) + timedelta(weeks=week) for week in range(4)]


def test_deals_seen_within_a_week_of_their_creation_are_known_as_they_came(history: History) -> None:
    counts = history.ask(
        "select created_on between date '2026-08-24' and date '2026-08-31' or created_on >= date '2026-09-23', "
        "bool_and(was_seen_at_entry), bool_or(was_seen_at_entry), count(*) from fct_pipeline_daily "
        "inner join fct_deals using (deal_id) where is_entry group by all order by all"
    )
    assert [(recent, every, some) for recent, every, some, _ in counts] == [(False, False, False), (True, True, True)]
