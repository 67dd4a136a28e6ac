"""What flows add up to: expected cash, and the range in which it falls, by simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecasting.arrays import Floats, Ints, tally
from forecasting.flows import LAYERS, NOT_YET_KNOWN, WEEKS, Flows, Horizon

PROBABILITIES = (0.1, 0.5, 0.9)
SEED = 20_260_930
SAMPLES = 1_000_000
"""Draws times fates of one forecast."""

FEWEST_DRAWS, MOST_DRAWS = 50, 500
BLOCK = 65_536
"""Draws times fates that are handled at once: what fits in the cache."""

FIRST_WEEKS = 4
PERIODS = WEEKS + 1
"""What has a range: each week, then the first four together."""

PARTS = (*LAYERS, "all")


def expect(flows: Flows, cents: Floats, client_count: int) -> Floats:
    """Expected whole cents by client, layer and period of the horizon; `cents` is what each flow carries."""
    row_group, amounts = _amounts_by_row(flows, flows.client_id * len(LAYERS) + flows.layer, cents)
    periods = np.ascontiguousarray((amounts[:, None] * flows.chances).T)
    expected = np.stack([tally(row_group, period, client_count, len(LAYERS)) for period in periods], axis=-1)
    return np.rint(expected)


def sum_types(by_client: Floats, client_type: Ints, type_count: int) -> Floats:
    """The sums over the clients of each type of an array whose first axis is clients."""
    total = np.zeros((type_count, *by_client.shape[1:]))
    np.add.at(total, client_type, by_client)
    return total


def simulate(flows: Flows, unknown: Sequence[Floats], horizon: Horizon, client_type: Ints, type_count: int) -> Floats:
    """Quantiles of the cash in cents: (types of client, then all) x parts x periods x probabilities.

    Each cluster of flows has one draw: what a client owes for the same week is paid in one run. What is not known yet
    is drawn from what it was (`outcomes.pool_unknown`). The draws depend on the day of the forecast and on the order of
    the flows, which is that of their keys: the same facts give the same bytes.
    """
    random = np.random.default_rng([SEED, horizon.day])
    draws = int(np.clip(SAMPLES // max(len(flows.chances), 1), FEWEST_DRAWS, MOST_DRAWS))
    cash = _draw_flows(flows, horizon, client_type, type_count, draws, random)
    luck = random.random(draws)
    for week, pool in enumerate(unknown):
        if len(pool):
            cash[:, :, NOT_YET_KNOWN, week] = pool[(luck * len(pool)).astype(np.int64)]
    return np.moveaxis(np.quantile(add_totals(cash), PROBABILITIES, axis=0), 0, -1)


def add_totals(cash: Floats) -> Floats:
    """Add to an array of ... x types x layers x weeks the totals of the first weeks, of layers and of types."""
    cash = np.concatenate([cash, cash[..., :FIRST_WEEKS].sum(axis=-1, keepdims=True)], axis=-1)
    cash = np.concatenate([cash, cash.sum(axis=-2, keepdims=True)], axis=-2)
    return np.concatenate([cash, cash.sum(axis=-3, keepdims=True)], axis=-3)


def _draw_flows(
    flows: Flows, horizon: Horizon, client_type: Ints, type_count: int, draws: int, random: np.random.Generator
) -> Floats:
    """Cash in cents by draw, type of client, layer and week: each fate falls in the first week whose chance exceeds its
    luck.
    """
    group = client_type[flows.client_id] * len(LAYERS) + flows.layer
    row_group, amounts = _amounts_by_row(flows, group, flows.amount_cents)
    reached = np.ascontiguousarray(np.cumsum(horizon.to_weeks(flows.chances), axis=1).T, dtype=np.float32)
    cluster_count = int(flows.cluster.max(initial=-1)) + 1
    size = type_count * len(LAYERS) * (WEEKS + 1)
    cash = np.empty((draws, size))
    step = min(max(BLOCK // max(len(amounts), 1), 1), draws)
    cells = np.arange(step)[:, None] * size + row_group * (WEEKS + 1)
    weights = np.tile(amounts, (step, 1))
    for first in range(0, draws, step):
        count = min(step, draws - first)
        luck = np.take(random.random((count, cluster_count), dtype=np.float32), flows.cluster, axis=1)
        week = np.zeros(luck.shape, dtype=np.uint8)
        for by_week in reached:
            week += luck >= by_week
        cash[first : first + count] = tally(cells[:count] + week, weights[:count], count, size)
    return cash.reshape(draws, type_count, len(LAYERS), WEEKS + 1)[..., :WEEKS]


def _amounts_by_row(flows: Flows, group: Ints, cents: Floats) -> tuple[Ints, Floats]:
    """The group and the amount of each row of chances; the flows that share one are of one group."""
    row_group = np.zeros(len(flows.chances), dtype=np.int64)
    row_group[flows.chance_id] = group
    return row_group, tally(flows.chance_id, cents, len(flows.chances))
