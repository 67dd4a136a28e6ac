"""What Dagster shows of a table."""

from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb

from orchestration.metadata import Preview, measure_relations


def test_a_table_is_counted_summed_and_shown_as_its_model_wishes(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.weeks as select * from (values (2, 7.50::decimal(18, 2), 'all'), (1, 5.00, 'all'), "
            "(1, null, 'retained')) as weeks (week_number, expected_ttc_eur, layer)"
        )
        connection.execute("create view marts.shown as from marts.weeks")
    preview = Preview(["week_number", "expected_ttc_eur"], "layer = 'all'", "week_number")
    measures = measure_relations(warehouse, ["marts.weeks", "marts.shown"], {}, {"marts.weeks": preview})
    assert set(measures) == {"marts.weeks"}
    weeks = measures["marts.weeks"]
    assert (weeks.row_count, weeks.euro_totals) == (3, {"expected_ttc_eur": Decimal("12.50")})
    table = "| week_number | expected_ttc_eur |\n| --- | --- |\n| 1 | 5.00 |\n| 2 | 7.50 |"
    assert weeks.to_metadata()["preview"] == dg.MetadataValue.md(table)
