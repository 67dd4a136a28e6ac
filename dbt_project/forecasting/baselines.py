"""What a person would forecast with a list of open invoices: each paid when due, or as late as payments usually are."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import Floats, tally
from forecasting.facts import Facts, Settlements
from forecasting.flows import RECEIVABLES, RETAINED, WEEK, WEEKS
from forecasting.payments import Book

INVOICED_LAYERS = (RECEIVABLES, RETAINED)


def pay_on_time(facts: Facts, book: Book, day: int, late_days: int = 0) -> Floats:
    """Cents per type of client, invoiced layer and week, if all that is open is paid some days after it is due.

    What should have been paid by the day is paid in the first week.
    """
    instalments = facts.instalments
    paid_on = np.maximum(instalments.due_on + late_days, day + 1)
    week = (paid_on - day - 1) // WEEK
    layer = (instalments.is_retention & (instalments.due_on >= day)).astype(np.int64)
    chosen = (book.open_cents > 0) & (week < WEEKS)
    shape = (facts.client_type_count, len(INVOICED_LAYERS), WEEKS)
    client_type = facts.clients.client_type[instalments.client_id]
    place = np.ravel_multi_index((client_type[chosen], layer[chosen], week[chosen]), shape)
    return tally(place, book.open_cents[chosen], *shape)


def median_lateness(facts: Facts) -> int:
    """The median of days late, over all payments; 0 before the first one."""
    settlements: Settlements = facts.settlements
    late = settlements.cash_on - facts.instalments.due_on[settlements.instalment_id]
    late = late[settlements.is_payment & (settlements.allocated_ttc_cents > 0)]
    return round(float(np.median(late))) if len(late) else 0
