"""What flows add up to: expected cash, and the range in which it falls, by simulation."""

from __future__ import annotations

import numpy as np

from forecasting.facts import Floats, Ints
from forecasting.flows import LAYERS, WEEKS, Flows, Horizon

PROBABILITIES = (0.1, 0.5, 0.9)
SEED = 20_260_930
SAMPLES = 2_000_000
"""Draws times flows of one forecast."""

FEWEST_DRAWS, MOST_DRAWS = 50, 500
FIRST_WEEKS = 4
"""The cumulated period beside the thirteen weeks: the first four of them."""

PERIODS = WEEKS + 1
"""Of a quantile: each week, then the first four together."""

PARTS = (*LAYERS, "all")
ALL = len(LAYERS)


def expect(flows: Flows, group: Ints, size: int) -> Floats:
    """Expected cents per group and period; `group` is that of each flow."""
    row_group, amounts = _amounts_by_row(flows, group, flows.amount_cents)
    return _sum_by_group(row_group, amounts[:, None] * flows.chances, size)


def expect_vat(flows: Flows, group: Ints, size: int) -> Floats:
    """The tax in the expected cents, per group and period."""
    row_group, amounts = _amounts_by_row(flows, group, flows.vat_cents)
    return _sum_by_group(row_group, amounts[:, None] * flows.chances, size)


def simulate(flows: Flows, horizon: Horizon, client_type: Ints, type_count: int) -> Floats:
    """Quantiles of the cash per type of client (the last one: all), part and period, in cents.

    An array of (types + 1) x parts x periods x probabilities. Each cluster of flows has one draw: what a client owes for
    the same week is paid in one run. The draws depend on the day of the forecast and on the order of the flows, which is
    that of their keys: the same facts give the same bytes.
    """
    group = client_type[flows.client_id] * len(LAYERS) + flows.layer
    row_group, amounts = _amounts_by_row(flows, group, flows.amount_cents)
    first_of_week = np.searchsorted(horizon.week, np.arange(WEEKS))
    weekly = np.add.reduceat(flows.chances[:, : np.searchsorted(horizon.week, WEEKS)], first_of_week, axis=1)
    certain = np.cumsum(weekly, axis=1, dtype=np.float64).astype(np.float32)
    draws = int(np.clip(SAMPLES // max(len(amounts), 1), FEWEST_DRAWS, MOST_DRAWS))
    luck = np.random.default_rng([SEED, horizon.day]).random(
        (draws, int(flows.cluster.max(initial=-1)) + 1), dtype=np.float32
    )[:, flows.cluster]
    week = np.zeros(luck.shape, dtype=np.int64)
    for column in certain.T:
        week += luck >= column
    size = type_count * len(LAYERS)
    place = (np.arange(draws)[:, None] * size + row_group) * (WEEKS + 1) + week
    weights = np.broadcast_to(amounts, place.shape)
    cash = np.bincount(place.ravel(), weights.ravel(), draws * size * (WEEKS + 1))
    cash = cash.reshape(draws, type_count, len(LAYERS), WEEKS + 1)[..., :WEEKS]
    quantiles = np.quantile(add_totals(cash), PROBABILITIES, axis=0)
    return np.moveaxis(quantiles, 0, -1)


def add_totals(cash: Floats) -> Floats:
    """Add to an array of ... x types x layers x weeks the totals of types, of layers and of the first weeks."""
    cash = np.concatenate([cash, cash[..., :FIRST_WEEKS].sum(axis=-1, keepdims=True)], axis=-1)
    cash = np.concatenate([cash, cash.sum(axis=-2, keepdims=True)], axis=-2)
    return np.concatenate([cash, cash.sum(axis=-3, keepdims=True)], axis=-3)


def _amounts_by_row(flows: Flows, group: Ints, cents: Floats) -> tuple[Ints, Floats]:
    """The group and the amount of each row of chances, which flows of one group share."""
    row_group = np.zeros(len(flows.chances), dtype=np.int64)
    row_group[flows.chance_id] = group
    return row_group, np.bincount(flows.chance_id, cents, len(flows.chances))


def _sum_by_group(group: Ints, rows: Floats, size: int) -> Floats:
    return np.stack([np.bincount(group, column, size) for column in rows.T], axis=1)
