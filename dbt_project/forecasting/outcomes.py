"""What came in: the cash of each week after each origin, by the layer in which it was on that origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.facts import Floats, Ints, Receipts
from forecasting.flows import LAYERS, PIPELINE, RECEIVABLES, RETAINED, TO_INVOICE, UNDELIVERED, WEEK, WEEKS
from forecasting.facts import NOWHERE


@dataclass(frozen=True)
class Arrivals:
    """One row per receipt and horizon: the origin it follows by that many weeks, and where it was then."""

    receipt_id: Ints
    origin: Ints
    week: Ints
    layer: Ints


def place_receipts(receipts: Receipts, origins: Ints) -> Arrivals:
    """Each receipt as seen from each of the (weekly, ascending) origins at most thirteen weeks before it."""
    first = int(origins[0]) if len(origins) else 0
    parts = []
    for week in range(WEEKS):
        origin = (receipts.cash_on - first - 1) // WEEK - week
        seen = np.flatnonzero((origin >= 0) & (origin < len(origins)))
        layer = _layer(receipts, seen, first + WEEK * origin[seen])
        parts.append(np.stack([seen, origin[seen], np.full(len(seen), week), layer]))
    return Arrivals(*np.concatenate(parts, axis=1))


def _layer(receipts: Receipts, chosen: Ints, day: Ints) -> Ints:
    """The layer of receipts on a day, NOWHERE for what nobody knew then."""
    layer = np.full(len(chosen), NOWHERE)
    for number, from_on in (
        (PIPELINE, receipts.pipeline_from_on),
        (UNDELIVERED, receipts.undelivered_from_on),
        (TO_INVOICE, receipts.to_invoice_from_on),
        (RECEIVABLES, receipts.receivable_from_on),
    ):
        layer[from_on[chosen] <= day] = number
    is_retained = (layer == RECEIVABLES) & (day <= receipts.retained_until_on[chosen])
    layer[is_retained] = RETAINED
    return layer
