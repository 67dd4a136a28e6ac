"""A small warehouse that looks like the real one: two marts, a view among them, and what must never be published."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import Publication

MARTS = """
    create schema marts;
    create schema staging;
    create table staging.stg_files__deals as select 1 as deal_id;
    create table marts.fct_invoices (
        invoice_id varchar not null, invoiced_ht_eur decimal(18, 2), check (invoice_id <> '')
    );
    insert into marts.fct_invoices select 'compta:' || range, range from range({rows});
    comment on table marts.fct_invoices is 'One row per posted invoice: it''s the document.';
    comment on column marts.fct_invoices.invoiced_ht_eur is 'Total before tax.';
    create view marts.rpt_totals as select sum(invoiced_ht_eur)::decimal(18, 2) as total_eur from marts.fct_invoices;
    comment on view marts.rpt_totals is 'One row: the total.';
"""


@pytest.fixture
def build_warehouse(tmp_path: Path) -> Callable[[int], Path]:
    """A function that builds the warehouse anew, with a number of invoices."""

    def build(rows: int) -> Path:
        path = tmp_path / "warehouse.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(path) as connection:
            connection.execute(MARTS.format(rows=rows))
        return path

    return build


def count_on_a_page(connection: duckdb.DuckDBPyConnection) -> str:
    """A page that says how many invoices its publication has."""
    return f"<p>{connection.execute('select count(*) from marts.fct_invoices').fetchall()[0][0]}</p>"


def make_publication(minute: int, warnings: int = 0) -> Publication:
    """The publication of a minute of the last day of September."""
    return Publication(
        publication_id=f"20260930T06{minute:02}00Z-test",
        as_of_on=date(2026, 9, 30),
        known_on=date(2026, 9, 30),
        published_at=datetime(2026, 9, 30, 6, minute, tzinfo=UTC),
        warning_count=warnings,
    )
