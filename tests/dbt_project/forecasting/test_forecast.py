"""A forecast knows what its day knew, and nothing else; the same facts give the same bytes."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from forecasting.facts import NEVER, REFERENCES, Facts, known_at
from forecasting.flows import NOT_YET_KNOWN, weeks_ahead, weeks_cut_at_months
from forecasting.forecast import Earlier, Forecast, forecast_day, forecast_mondays, learn_monthly, mondays, no_forecasts
from forecasting.live import LATER, last_month_end, write_live
from forecasting.models import forecast_today, freeze_mondays
from forecasting.reading import KINDS, read_facts
from forecasting.tables import SNAPSHOT_COLUMNS, read_snapshots, write_snapshots

from tests.dbt_project.forecasting.invented import client, invent_tables, number, trade

DAY = number("2026-06-29")
AS_OF = date(2026, 9, 30)
TYPES = ["GE", "PME"]

Rows = dict[str, list[dict[str, Any]]]


def company(seed: int = 3) -> Rows:
    """A trading company with a dispute, an insolvent client, orders and deals."""
    rows: Rows = trade(seed)
    rows["instalments"][5] |= {"disputed_from_on": "2026-05-01", "disputed_to_on": "2026-08-20"}
    rows["clients"][4] |= {"insolvent_on": "2026-08-01"}
    rows["settlements"][7] |= {"bounced_on": "2026-08-15"}
    months = [f"2026-{month:02d}-05" for month in range(1, 10)]
    rows["orders"] = [
        {"order_id": f"o{n}", "client_id": f"c{n % 5}", "known_on": day, "sale_type": "product", "signed_on": day}
        for n, day in enumerate(months)
    ]
    rows["order_moves"] = [
        {"order_id": f"o{n}", "known_on": day, "measure": "signed", "effective_on": day, "moved_ttc_cents": 5_000_00}
        | {"promised_on": f"2026-{min(n + 3, 12):02d}-20"}
        for n, day in enumerate(months)
    ]
    rows["deals"] = [
        {"deal_id": f"d{n}", "client_id": f"c{n % 5}", "known_on": day, "deal_ht_cents": 9_000_00}
        for n, day in enumerate(months)
    ]
    rows["stays"] = [
        {"deal_id": f"d{n}", "move_number": 1, "known_on": day, "stage": "offer"}
        | ({"left_on": "2026-08-03", "won_on": "2026-08-03"} if n % 2 else {})
        for n, day in enumerate(months)
    ]
    return rows


def facts_of(rows: Mapping[str, Any]) -> Facts:
    return read_facts(invent_tables(**rows))


def forecast(facts: Facts, day: int = DAY) -> Forecast:
    days = [day - 7 * weeks for weeks in (12, 8, 5, 1, 0)]
    return forecast_mondays(facts, days, no_forecasts(facts))[-1]


def same(one: Forecast, other: Forecast) -> bool:
    """Whether two forecasts are the same bytes, all but the days of their facts."""
    names = ("client_cash", "expected", "expected_vat", "simulated", "quantiles", "baselines", "is_present")
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in names)


def after(day: Any) -> bool:
    return day is not None and str(day) > "2026-06-29"


def delete_later(rows: Rows) -> Rows:
    """All that was recorded after the day has never been."""
    return {name: [row for row in table if not after(row.get("known_on"))] for name, table in rows.items()}


def multiply_later(rows: Rows) -> Rows:
    """All that was recorded after the day is a thousand times larger."""
    return {
        name: [
            {column: 1000 * value if column.endswith("_cents") and value else value for column, value in row.items()}
            if after(row.get("known_on"))
            else row
            for row in table
        ]
        for name, table in rows.items()
    }


def move_later(rows: Rows) -> Rows:
    """All that happened after the day, to what was known before, happened on another day after it, or not at all."""
    events = ("disputed_to_on", "bounced_on", "insolvent_on", "left_on", "won_on", "lost_on")
    return {
        name: [
            {column: None if column in events and after(value) else value for column, value in row.items()}
            for row in table
        ]
        for name, table in rows.items()
    }


@pytest.mark.parametrize("perturb", [delete_later, multiply_later, move_later])
def test_a_forecast_sees_nothing_of_what_came_after_its_day(perturb: Callable[[Rows], Rows]) -> None:
    rows = company()
    changed = perturb(rows)
    assert changed != rows
    assert same(forecast(facts_of(rows)), forecast(facts_of(changed)))


@pytest.mark.parametrize("table", ["instalments", "settlements", "orders", "order_moves", "deals", "stays", "arrivals"])
def test_a_forecast_sees_what_was_recorded_by_its_day(table: str) -> None:
    """The perturbations above would pass if nothing were read at all."""
    rows = company()
    known = [row for row in rows[table] if not after(row.get("known_on"))]
    fewer = {**rows, table: [row for row in rows[table] if row not in known[len(known) // 2 :]]}
    assert not same(forecast(facts_of(rows)), forecast(facts_of(fewer)))


def test_no_row_and_no_event_of_what_is_known_lies_after_the_day() -> None:
    known = known_at(facts_of(company()), DAY)
    for name in REFERENCES:
        rows = getattr(known, name)
        assert len(rows) == 0 or rows.known_on.max() <= DAY, name
    assert set(known.clients.insolvent_on.tolist()) == {NEVER}
    assert known.instalments.due_on.max() > DAY


def test_a_row_that_names_an_unknown_one_is_not_known_either() -> None:
    rows = company()
    late = {**rows["instalments"][0], "known_on": "2026-09-01"}
    early = [row for row in rows["settlements"] if row["instalment_id"] == late["instalment_id"]]
    rows["instalments"][0] = late
    facts = facts_of(rows)
    assert len(known_at(facts, DAY).settlements) == sum(
        not after(row["known_on"]) for row in rows["settlements"] if row not in early
    )


def test_layers_types_and_weeks_add_up_to_the_cent() -> None:
    made = forecast(facts_of(company()))
    for cells in (made.expected, made.expected_vat):
        assert (cells == np.rint(cells)).all()
        assert (cells[:, :-1].sum(axis=1) == cells[:, -1]).all()
        assert (cells[:-1].sum(axis=0) == cells[-1]).all()
        assert (cells[..., :4].sum(axis=-1) == cells[..., -1]).all()
    assert made.expected[-1, -1, -1] > 0


def test_quantiles_are_in_order_and_some_layers_are_uncertain() -> None:
    made = forecast(facts_of(company()))
    assert (np.diff(made.quantiles, axis=-1) >= 0).all()
    assert (made.quantiles[-1, -1, :, 2] > made.quantiles[-1, -1, :, 0]).all()


def test_the_simulation_is_centred_on_what_is_expected() -> None:
    made = forecast(facts_of(company()))
    assert made.simulated[-1, -1, -1, 1] == pytest.approx(made.expected[-1, -1, -1], rel=0.1)


def test_mondays_are_mondays() -> None:
    days = [date(1970, 1, 1) + timedelta(days=int(day)) for day in mondays(number("2026-09-01"), number("2026-09-28"))]
    assert [str(day) for day in days] == ["2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28"]


def test_snapshots_are_read_back_as_they_were_written() -> None:
    facts = facts_of(company())
    made = forecast_mondays(facts, [DAY - 7, DAY], no_forecasts(facts))
    table = write_snapshots(made, TYPES, DAY)
    assert tuple(table.column_names) == SNAPSHOT_COLUMNS
    assert table["is_backfilled"].to_pylist().count(True) == len(table) // 2
    back = read_snapshots(table, TYPES)
    assert back.days.tolist() == [DAY - 7, DAY]
    present = made[1].is_present
    assert (back.simulated[1][present] == np.rint(made[1].simulated[present])).all()
    assert np.isnan(back.simulated[1][~present]).all()
    # A type that no client has any more is left out, a new one has no past.
    renamed = read_snapshots(table, ["GE", "TPE"])
    assert np.isnan(renamed.simulated[:, 1]).all()
    assert np.array_equal(renamed.simulated[:, [0, 2]], back.simulated[:, [0, 2]], equal_nan=True)


def live_table(rows: Rows) -> tuple[pa.Table, Facts]:
    tables = invent_tables(**rows)
    facts = read_facts(tables)
    horizon = weeks_cut_at_months(DAY, last_month_end(DAY))
    made = forecast_day(facts, learn_monthly(facts, horizon.week_count)(DAY), horizon, no_forecasts(facts))
    return write_live(made, facts.clients.client_type, TYPES, tables), facts


def test_what_clients_have_open_is_what_their_months_add_up_to() -> None:
    table, facts = live_table(company())
    known = known_at(facts, DAY)
    of_clients = table.filter(pc.equal(table["perimeter_kind"], "client"))
    owed = known.instalments.due_ttc_cents.sum() - known.settlements.allocated_ttc_cents.sum()
    invoiced = of_clients.filter(pc.equal(of_clients["layer"], "receivables"))
    assert pc.sum(invoiced["expected_ttc_cents"]).as_py() == owed
    assert set(of_clients["horizon_label"].to_pylist()) == {
        *(f"2026-{month:02d}" for month in range(6, 13)),
        LATER,
    }
    assert invoiced.filter(pc.equal(invoiced["horizon_label"], LATER))["period_to_on"].null_count > 0


def test_the_weeks_of_today_are_those_of_a_snapshot() -> None:
    """The horizon of today is cut at the ends of months, which moves cents of roundings and nothing else."""
    rows = company()
    table, facts = live_table(rows)
    weeks = forecast_day(facts, learn_monthly(facts, 13)(DAY), weeks_ahead(DAY), no_forecasts(facts))
    everyone = table.filter(pc.equal(table["perimeter_kind"], "all"))
    whole = everyone.filter(pc.equal(everyone["layer"], "all"))["expected_ttc_cents"].to_numpy()
    assert whole == pytest.approx(weeks.expected[-1, -1], abs=200)
    unknown = everyone.filter(pc.equal(everyone["layer"], "not_yet_known"))["expected_ttc_cents"].to_numpy()
    assert (unknown == weeks.expected[-1, NOT_YET_KNOWN]).all()


def test_the_flows_that_weigh_most_are_named() -> None:
    table, _ = live_table(company())
    everyone = table.filter(pc.equal(table["perimeter_kind"], "all"))
    first = everyone.filter(pc.equal(everyone["layer"], "receivables"))["top_flows"][0].as_py()
    assert first.count(";") == 2
    assert first.split()[0].startswith("i0")


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def relations(warehouse: duckdb.DuckDBPyConnection, rows: Rows, order: str = "1") -> dict[str, Any]:
    """The relations of the warehouse, stored in some order."""
    for name, table in invent_tables(**rows).items():
        warehouse.register(f"{name}_rows", table)
        warehouse.execute(f"create or replace table {name} as from {name}_rows order by {order}")
    return {name: warehouse.table(name) for name in KINDS}


def as_of(warehouse: duckdb.DuckDBPyConnection, day: date = AS_OF) -> Any:
    return warehouse.sql(f"select date '{day}' as as_of_on, true as is_latest")


def freeze(warehouse: duckdb.DuckDBPyConnection, rows: Rows, day: date, frozen: pa.Table | None = None) -> pa.Table:
    known = None if frozen is None else warehouse.from_arrow(frozen)
    return freeze_mondays(relations(warehouse, rows), as_of(warehouse, day), known)


def test_a_first_run_freezes_the_last_year_and_the_next_ones_the_mondays_since(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = company()
    first = freeze(warehouse, rows, date(2026, 9, 21))
    days = sorted(set(first["origin_on"].to_pylist()))
    assert len(days) == 52
    assert days[-1] == date(2026, 9, 21)
    backfilled = {row["origin_on"] for row in first.to_pylist() if row["is_backfilled"]}
    assert backfilled == set(days[:-1])
    assert len(freeze(warehouse, rows, date(2026, 9, 27), first)) == 0
    second = freeze(warehouse, rows, date(2026, 9, 28), first)
    assert set(second["origin_on"].to_pylist()) == {date(2026, 9, 28)}


def test_a_changed_past_changes_no_frozen_forecast(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = company()
    first = freeze(warehouse, rows, date(2026, 9, 21))
    changed = {**rows, "settlements": rows["settlements"][::2]}
    second = freeze(warehouse, changed, date(2026, 9, 30), first)
    assert not set(second["origin_on"].to_pylist()) & set(first["origin_on"].to_pylist())


def test_the_order_in_which_the_warehouse_holds_its_rows_does_not_matter(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = company()
    tables = []
    for order in ("all", "random()"):
        known = relations(warehouse, rows, order)
        frozen = freeze_mondays(known, as_of(warehouse), None)
        tables.append((frozen, forecast_today(known, as_of(warehouse), warehouse.from_arrow(frozen))))
    assert tables[0][0].equals(tables[1][0])
    assert tables[0][1].equals(tables[1][1])


def test_without_a_settlement_nothing_is_forecast(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = {**company(), "settlements": [], "arrivals": []}
    frozen = freeze(warehouse, rows, AS_OF)
    assert len(frozen) == 0
    known = relations(warehouse, rows)
    assert len(forecast_today(known, as_of(warehouse), warehouse.from_arrow(frozen))) == 0


def test_without_orders_and_deals_only_invoices_are_forecast(warehouse: duckdb.DuckDBPyConnection) -> None:
    frozen = freeze(warehouse, trade(5), date(2026, 9, 28))
    assert set(frozen["layer"].to_pylist()) == {"receivables", "not_yet_known", "all"}


def test_the_range_learns_from_earlier_errors() -> None:
    """The same forecast, after ranges that were far too narrow, is wider."""
    facts = facts_of(company())
    days = np.array([DAY - 7 * weeks for weeks in range(20, 4, -1)])
    behaviour = learn_monthly(facts, 13)(DAY)
    naive = forecast_day(facts, behaviour, weeks_ahead(DAY), no_forecasts(facts))
    narrow = np.broadcast_to(np.array([999_00.0, 1_000_00.0, 1_001_00.0]), (len(days), *naive.simulated.shape))
    taught = forecast_day(facts, behaviour, weeks_ahead(DAY), Earlier(days, narrow))
    width = [np.ptp(made.quantiles[-1, -1, 0, [0, 2]]) for made in (naive, taught)]
    assert width[1] > 2 * width[0]


def test_a_company_of_one_invoice_has_a_forecast() -> None:
    rows: Rows = {
        "clients": [client("a")],
        "instalments": trade(1)["instalments"][:1],
    }
    rows["instalments"][0] |= {"client_id": "a", "known_on": "2026-05-01", "issued_on": "2026-05-01"}
    assert forecast(facts_of(rows)).expected.shape[0] == 2
