"""The forecast of a day, from what was known on it: the same code for today and for every day of the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from forecasting.arrays import Bools, Floats, Ints
from forecasting.baselines import median_lateness, pay_on_time
from forecasting.behaviour import Behaviour, learn
from forecasting.calibration import widen
from forecasting.facts import Facts, known_at, latest_knowledge
from forecasting.flows import (
    LAYERS,
    NOT_YET_KNOWN,
    PIPELINE,
    RECEIVABLES,
    RETAINED,
    TO_INVOICE,
    UNDELIVERED,
    WEEK,
    WEEKS,
    Flows,
    Horizon,
    join_flows,
    weeks_ahead,
)
from forecasting.orders import expect_orders, open_backlog
from forecasting.outcomes import pool_unknown, repeat_last_month, sum_arrivals
from forecasting.payments import Book, open_book
from forecasting.pipeline import expect_deals
from forecasting.portfolio import PARTS, PERIODS, add_totals, expect, simulate, sum_types
from forecasting.receivables import expect_payments

MONDAY = 4
"""1970-01-05, the first day that is a Monday."""

BASELINES = ("due_date", "median_late", "last_month")


@dataclass(frozen=True)
class Earlier:
    """Forecasts made before, in order: their days, their ranges as simulated (forecasts x cells x probabilities)."""

    days: Ints
    simulated: Floats


@dataclass(frozen=True)
class Forecast:
    """One forecast, in cents; cells are (types of client, then all) x parts x periods, NaN where nothing is said."""

    horizon: Horizon
    latest_known_on: int
    flows: Flows
    client_cash: Floats
    client_vat: Floats
    expected: Floats
    expected_vat: Floats
    simulated: Floats
    quantiles: Floats
    baselines: Floats
    is_present: Bools


def mondays(first: int, last: int) -> Ints:
    """Every Monday between two days, both included."""
    return np.arange(first + (MONDAY - first) % WEEK, last + 1, WEEK)


def month_start(day: int) -> int:
    """The first day of the month of a day."""
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def no_forecasts(facts: Facts) -> Earlier:
    """That nothing was forecast before."""
    cells = (facts.client_type_count + 1, len(PARTS), PERIODS, 3)
    return Earlier(np.zeros(0, dtype=np.int64), np.zeros((0, *cells)))


def forecast_mondays(facts: Facts, days: Sequence[int], earlier: Earlier) -> list[Forecast]:
    """The forecasts of several days, each with the range that the errors of the ones before teach."""
    learnt = learn_monthly(facts, WEEKS)
    done = []
    for day in days:
        forecast = forecast_day(facts, learnt(day), weeks_ahead(day), earlier)
        done.append(forecast)
        earlier = Earlier(np.append(earlier.days, day), np.concatenate([earlier.simulated, forecast.simulated[None]]))
    return done


def learn_monthly(facts: Facts, week_count: int) -> Callable[[int], Behaviour]:
    """What may be known of behaviour on a day: learnt on the first day of its month, once for all days of the month."""

    @cache
    def on_first_day(day: int) -> Behaviour:
        return learn(known_at(facts, day), day, week_count)

    return lambda day: on_first_day(month_start(day))


def forecast_day(facts: Facts, behaviour: Behaviour, horizon: Horizon, earlier: Earlier) -> Forecast:
    """The forecast of one day; `facts` may know more than that day did, the forecast does not look."""
    day, types = horizon.day, facts.client_type_count
    known = known_at(facts, day)
    book = open_book(known, day)
    flows = expect_flows(known, book, behaviour, horizon)
    client_type = known.clients.client_type
    client_cash = expect(flows, flows.amount_cents, len(known.clients))
    client_vat = expect(flows, flows.vat_cents, len(known.clients))
    origins = mondays(int(known.instalments.known_on.min(initial=day)), day)
    cash = sum_arrivals(known, origins, day) if len(origins) else np.zeros((0, types, len(LAYERS), WEEKS))
    unknown = pool_unknown(cash)
    mean = np.stack([pool.mean(axis=0) if len(pool) else np.zeros(types) for pool in unknown], axis=-1)
    expected = _weekly(sum_types(client_cash, client_type, types), horizon)
    expected_vat = _weekly(sum_types(client_vat, client_type, types), horizon)
    expected[:, NOT_YET_KNOWN] = np.rint(mean)
    expected_vat[:, NOT_YET_KNOWN] = np.rint(mean * behaviour.vat_share)
    simulated = simulate(flows, unknown, horizon, client_type, types)
    return Forecast(
        horizon=horizon,
        latest_known_on=latest_knowledge(known),
        flows=flows,
        client_cash=client_cash,
        client_vat=client_vat,
        expected=add_totals(expected),
        expected_vat=add_totals(expected_vat),
        simulated=simulated,
        quantiles=_learn_range(simulated, earlier, cash, origins, day),
        baselines=_baselines(known, book, cash, origins, day),
        is_present=_find_layers(known),
    )


def expect_flows(known: Facts, book: Book, behaviour: Behaviour, horizon: Horizon) -> Flows:
    """All that is on its way to the bank on a day."""
    to_cash = behaviour.weeks_to_cash
    return join_flows(
        [
            expect_payments(known, book, behaviour, horizon),
            expect_orders(known, open_backlog(known), behaviour.invoicing, to_cash, horizon),
            expect_deals(
                known,
                behaviour.winning,
                behaviour.invoicing.weeks_from_signature,
                to_cash,
                behaviour.vat_share,
                horizon,
            ),
        ]
    )


def _weekly(periods: Floats, horizon: Horizon) -> Floats:
    """Cents by week from cents by period of the horizon, along the last axis."""
    firsts = np.searchsorted(horizon.week, np.arange(WEEKS + 1))
    return np.add.reduceat(periods[..., : firsts[-1]], firsts[:-1], axis=-1)


def _learn_range(simulated: Floats, earlier: Earlier, cash: Floats, origins: Ints, day: int) -> Floats:
    known = (earlier.days < day) & (earlier.days >= (origins[0] if len(origins) else day))
    outcomes = add_totals(cash[(earlier.days[known] - int(origins[0] if len(origins) else 0)) // WEEK])
    return np.rint(widen(simulated, earlier.simulated[known], outcomes))


def _baselines(known: Facts, book: Book, cash: Floats, origins: Ints, day: int) -> Floats:
    """The three baselines (see `BASELINES`), as an array of three x cells."""
    types = known.client_type_count
    cells = np.full((len(BASELINES), types + 1, len(PARTS), PERIODS), np.nan)
    for number, late_days in enumerate((0, median_lateness(known))):
        invoiced = add_totals(pay_on_time(known, book, day, late_days))
        cells[number, :, [RECEIVABLES, RETAINED, len(LAYERS)]] = np.moveaxis(invoiced, 1, 0)
    if len(origins):
        cells[2] = add_totals(repeat_last_month(cash, origins, day))
    return cells


def _find_layers(known: Facts) -> Bools:
    """Which types of client have had anything in which layer, as far as is known: the others have nothing to say."""
    types = known.client_type_count
    present = np.zeros((types + 1, len(PARTS)), dtype=np.bool_)
    for layer, client_id in (
        (RECEIVABLES, known.instalments.client_id),
        (RETAINED, known.instalments.client_id[known.instalments.is_retention]),
        (TO_INVOICE, known.orders.client_id),
        (UNDELIVERED, known.orders.client_id),
        (PIPELINE, known.deals.client_id),
    ):
        present[known.clients.client_type[client_id], layer] = True
    present[known.arrivals.client_type, NOT_YET_KNOWN] = True
    present[-1] = present[:-1].any(axis=0)
    present[:, -1] = present[:, :-1].any(axis=1)
    return present
