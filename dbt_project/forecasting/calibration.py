"""How wide a range must be: learnt from the errors of earlier forecasts whose weeks were over."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import Floats
from forecasting.outcomes import WEEKS_LEARNT

COVERAGE = 0.8
"""The share of outcomes that should fall between the first and the last decile."""

TRUSTED = 10.0
"""Earlier forecasts that the range as simulated counts for."""

WIDEST = 8.0
BUCKETS = np.array([0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4])
"""Periods that share a factor: week 1, weeks 2 to 4, 5 to 8, 9 to 13; the first four together."""


def widen(simulated: Floats, earlier: Floats, outcomes: Floats) -> Floats:
    """Quantiles (... x periods x 3) whose distances to the median are multiplied by a factor learnt from past errors.

    An error is the distance of an outcome to its median, in units of the distance of the decile on its side; the
    factor is the 80 % quantile of the errors of the last earlier forecasts (first axis; NaN outcomes are not known
    yet), shrunk towards 1. So the range comes to hold 80 % of the outcomes of companies that nobody has seen, as split
    conformal prediction does.
    """
    if not len(earlier):
        return simulated
    errors = _errors(earlier[-WEEKS_LEARNT:], outcomes[-WEEKS_LEARNT:])
    low, median, high = np.moveaxis(simulated, -1, 0)
    factor = np.ones(low.shape)
    for bucket in np.unique(BUCKETS):
        periods = np.flatnonzero(bucket == BUCKETS)
        factor[..., periods] = _factor(errors[..., periods])[..., None]
    lowest = np.maximum(median - factor * (median - low), np.minimum(low, 0.0))
    return np.stack([lowest, median, median + factor * (high - median)], axis=-1)


def _errors(quantiles: Floats, outcomes: Floats) -> Floats:
    """Errors in units of the range, NaN where there is no outcome or no range."""
    low, median, high = np.moveaxis(quantiles, -1, 0)
    distance = outcomes - median
    reach = np.where(distance >= 0, high - median, median - low)
    known = ~np.isnan(distance) & (reach > 0)
    errors: Floats = np.divide(np.abs(distance), reach, out=np.full(reach.shape, np.nan), where=known)
    return errors


def _factor(errors: Floats) -> Floats:
    """The factor of each cell from its errors (forecasts x ... x periods)."""
    pooled = np.moveaxis(errors, 0, -1).reshape(*errors.shape[1:-1], -1)
    count = (~np.isnan(pooled)).sum(axis=-1)
    ranked = np.sort(np.minimum(pooled, WIDEST), axis=-1)
    rank = np.clip(np.ceil(COVERAGE * (count + 1)) - 1, 0, np.maximum(count - 1, 0)).astype(np.int64)
    factor = np.take_along_axis(ranked, rank[..., None], axis=-1)[..., 0]
    forecasts = count / errors.shape[-1]
    shrunk: Floats = (forecasts * np.where(count > 0, factor, 1.0) + TRUSTED) / (forecasts + TRUSTED)
    return shrunk
