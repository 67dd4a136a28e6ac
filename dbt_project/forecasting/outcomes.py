"""What came in: the cash of each week after each origin, by the layer in which it was on that origin."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import Floats, Ints, tally
from forecasting.facts import Facts
from forecasting.flows import LAYERS, NOT_YET_KNOWN, WEEK, WEEKS

WEEKS_LEARNT = 26
"""Origins from which errors, and the cash of what is not known yet, are learnt: the last ones whose week is over."""

MONTH_WEEKS = 4


def sum_arrivals(facts: Facts, origins: Ints, day: int) -> Floats:
    """Cents received, by (weekly, ascending) origin, type of client, layer and week; NaN where a week is not over."""
    arrivals = facts.arrivals
    shape = (len(origins), facts.client_type_count, len(LAYERS), WEEKS)
    origin = (arrivals.origin_on - int(origins[0])) // WEEK
    chosen = (origin >= 0) & (origin < len(origins))
    place = np.ravel_multi_index(
        (origin[chosen], arrivals.client_type[chosen], arrivals.layer[chosen], arrivals.week_number[chosen] - 1), shape
    )
    cash = tally(place, arrivals.received_ttc_cents[chosen], *shape)
    week_ends = origins[:, None] + WEEK * np.arange(1, WEEKS + 1)[None, :]
    return np.where((week_ends <= day)[:, None, None, :], cash, np.nan)


def pool_unknown(cash: Floats) -> list[Floats]:
    """What was not known on the last origins and came in week 1, 2, ... after them: by week, origins x client types."""
    is_over = ~np.isnan(cash[:, 0, NOT_YET_KNOWN, :])
    return [cash[is_over[:, week], :, NOT_YET_KNOWN, week][-WEEKS_LEARNT:] for week in range(WEEKS)]


def repeat_last_month(cash: Floats, origins: Ints, day: int) -> Floats:
    """The same week of the latest origin, a multiple of four weeks before, whose week is over: types x layers x weeks.

    NaN where there was no such origin.
    """
    weeks = np.arange(WEEKS)
    months = weeks // MONTH_WEEKS + 1
    origin = (day - int(origins[0])) // WEEK - MONTH_WEEKS * months
    repeated = np.moveaxis(cash[np.maximum(origin, 0), :, :, weeks], 0, -1)
    return np.where(origin >= 0, repeated, np.nan)
