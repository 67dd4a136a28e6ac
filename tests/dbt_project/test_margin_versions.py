"""The margin of each order as it was known a month ago is the margin that was published a month ago (T34).

The oracle is the simulator: the exports that the three systems would have given on that evening.
"""

from datetime import date
from pathlib import Path

import duckdb

from ingestion.demo.company import LAST_DAY
from ingestion.demo.exports import write_exports
from ingestion.demo.facts import Log
from ingestion.demo.rewind import as_known
from ingestion.demo.simulation import simulate
from ingestion.source import discover
from ingestion.warehouse import load
from orchestration.dbt_runner import DbtRun
from orchestration.resources import Settings, load_settings

THEN = date(2026, 8, 31)
Row = tuple[object, ...]


def build(log: Log, home: Path, as_of: date) -> Settings:
    """Load a company's exports and build the margins of its orders as of a day."""
    write_exports(log, home / "exports")
    settings = load_settings(home=home, files_dir=home / "exports", as_of=as_of)
    load(discover()["files"], warehouse=settings.warehouse, pipelines_dir=settings.dlt, options=settings.sender_options)
    selected = ["+rpt_deal_economics", "+rpt_deal_margin_versions"]
    DbtRun(settings).invoke(["build", "--quiet", "--resource-type", "model", "seed", "--select", *selected])
    return settings


def ask(settings: Settings, query: str) -> set[Row]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return set(connection.execute(query).fetchall())


def test_last_months_version_is_what_was_published_last_month(tmp_path: Path) -> None:
    log = simulate(seed=7)
    then = build(as_known(log, THEN), tmp_path / "then", THEN)
    now = build(log, tmp_path / "now", LAST_DAY)
    columns = "order_id, revenue_ht_eur, cost_of_credit_eur, real_margin_eur"
    published = ask(then, f"select {columns}, signed_net_ht_eur from marts.rpt_deal_economics")
    versions = ask(
        now, f"select {columns}, signed_net_ht_eur from marts.rpt_deal_margin_versions where as_of_on = date '{THEN}'"
    )
    assert published
    assert (sorted(published - versions, key=str)[:3], sorted(versions - published, key=str)[:3]) == ([], [])
    [(late,)] = ask(now, f"select sum(late_entries_eur) from marts.rpt_deal_margin_versions where as_of_on = '{THEN}'")
    assert late != 0
