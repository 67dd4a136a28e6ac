"""The published marts say what the simulator knows of production: hours, capacity, and which promises were kept.

The dates on which promises can be kept are those of a scheduler written here: promise after promise, day after day.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from ingestion.demo import LAST_DAY
from ingestion.demo.calendars import is_working

from .test_truth import Fact, differences

YEAR = timedelta(days=364)
MONTHS = (
    "count(*) filter (where {first}), count(*) filter (where not {first}), "
    "count(*) filter (where {last}), count(*) filter (where not {last})"
).format(first="is_first_kept", last="is_last_kept")

SAME = {
    "the capacity of every team, past and planned": Fact(
        "select resource_pool, week_on, capacity_hours from rpt_capacity_load where is_capacity_planned",
        "select resource_pool, week_on, capacity_hours from truth_capacity_weeks where capacity_hours is not null",
    ),
    "the hours that every team has worked": Fact(
        "select resource_pool, week_on, worked_hours from rpt_capacity_load where worked_hours is not null",
        "select resource_pool, week_on, worked_hours from truth_capacity_weeks where worked_hours is not null",
    ),
    "what every order was promised, and when it came": Fact(
        "select order_id, sale_type, promised_first_on, promised_last_on, delivered_on, undelivered_ht_eur "
        "from fct_order_promises",
        "select order_id, sale_type, promised_first_on, promised_last_on, delivered_on, undelivered_ht_eur "
        "from truth_order_promises",
    ),
    "the promises kept and broken, month by month": Fact(
        "select promised_month, first_kept_count, first_broken_count, last_kept_count, last_broken_count "
        "from rpt_on_time_delivery where team = 'all'",
        f"select cast(date_trunc('month', promised_first_on) as date), {MONTHS} from truth_order_promises "
        f"where sale_type <> 'subscription' and promised_first_on <= date '{LAST_DAY}' group by all",
    ),
    "what is left to deliver": Fact(
        "select promise_id, promised_first_on, promised_last_on, needed_ht_eur from rpt_promise_feasibility "
        "where promise_kind = 'order'",
        "select order_id, promised_first_on, promised_last_on, undelivered_ht_eur from truth_order_promises "
        "where undelivered_ht_eur > 0",
    ),
    "the promises that are broken already": Fact(
        "select promise_id from rpt_promise_feasibility where promise_verdict = 'late' and promise_kind = 'order'",
        "select order_id from truth_order_promises where undelivered_ht_eur > 0 and not is_last_kept",
    ),
}


@pytest.mark.parametrize("fact", SAME)
def test_the_marts_know(marts: duckdb.DuckDBPyConnection, fact: str) -> None:
    assert differences(marts, SAME[fact]) == []


def working_days(marts: duckdb.DuckDBPyConnection, pool: str, last_on: date) -> Iterator[tuple[date, Decimal]]:
    """The days to come of a team and their hours, from the capacity that the simulator planned."""
    weeks: dict[date, Decimal] = dict(
        marts.execute(
            "select week_on, capacity_hours from truth_capacity_weeks where resource_pool = $pool", {"pool": pool}
        ).fetchall()
    )
    day = LAST_DAY
    while (day := day + timedelta(days=1)) <= last_on:
        monday = day - timedelta(days=day.weekday())
        worked = sum(is_working(monday + timedelta(days=number)) for number in range(7))
        hours = weeks.get(monday) or weeks.get(monday - YEAR) or Decimal(0)
        yield day, hours / worked if is_working(day) else Decimal(0)


def test_an_order_is_done_when_all_that_is_promised_by_its_date_is(marts: duckdb.DuckDBPyConnection) -> None:
    """Serve the orders of each team one after the other, earliest date first: nobody is later than said, or earlier."""
    promises = marts.execute(
        "select resource_pool, promise_id, due_on, is_periodic, needed_hours, is_decisive from fct_promised_hours "
        "where promise_kind = 'order'"
    ).fetchall()
    last_on = max(due_on for _, _, due_on, *_ in promises) + YEAR
    done_on: dict[str, date] = defaultdict(lambda: LAST_DAY)
    for pool in {pool for pool, *_ in promises}:
        days = list(working_days(marts, pool, last_on))
        own = [promise[1:] for promise in promises if promise[0] == pool]
        for promise_id, tested_on, *_, is_decisive in own:
            load = sum((due_by(max(tested_on, LAST_DAY), *promise[1:4]) for promise in own), Decimal(0))
            if is_decisive:
                done_on[promise_id] = max(done_on[promise_id], first_day_with(days, load))
    published = marts.execute(
        "select promise_id, earliest_credible_on from rpt_promise_feasibility where promise_kind = 'order'"
    ).fetchall()
    assert dict(published) == done_on


def due_by(day: date, due_on: date, is_periodic: bool, hours: Decimal) -> Decimal:
    """The hours of a promise that are due by a day: all of them, none, or a subscription's share of the days."""
    if due_on <= day:
        return hours
    return hours * (day - LAST_DAY).days / (due_on - LAST_DAY).days if is_periodic else Decimal(0)


def first_day_with(days: list[tuple[date, Decimal]], load: Decimal) -> date:
    """The first day by which so many hours can be worked."""
    done = Decimal(0)
    if load <= 0:
        return LAST_DAY
    for day, hours in days:
        done += hours
        if done >= load - Decimal("0.05"):
            return day
    raise AssertionError(f"{load} hours are beyond {days[-1][0]}")
