"""When instalments are paid: the flows of the layers `receivables` and `retained`."""

from __future__ import annotations

import numpy as np

from forecasting.clocks import distribute, survive
from forecasting.facts import NEVER, Facts, Floats, Ints, Receipts
from forecasting.flows import RECEIVABLES, RETAINED, WEEK, Flows, Horizon
from forecasting.payments import Book, Lateness, classify, day_of_month

MOST_INTENSE = 0.95
"""No day is certain."""

LONGEST_DELAY = 28
"""Days after which a payment that was received is recorded."""

DELAY_HISTORY = 365


def expect_payments(
    facts: Facts, book: Book, lateness: Lateness, habits: Floats, recorded: Floats, horizon: Horizon
) -> Flows:
    """The flows of what clients owe.

    An instalment's chances start from its present age (`late | late > age`), follow its client's payment days, are nil
    when banks are closed, and leave out what was likely received already but is not recorded (`recorded`: the share of
    payments that are after so many days). Insolvent clients pay nothing.
    """
    instalments = facts.instalments
    chosen = np.flatnonzero(book.open_cents > 0)
    client_id = instalments.client_id[chosen]
    is_retained = instalments.is_retention[chosen] & (instalments.due_on[chosen] >= horizon.day)
    issued_on = np.maximum(instalments.issued_on[chosen], horizon.day - LONGEST_DELAY)
    fates = np.stack(
        [
            client_id,
            classify(instalments, facts.clients.client_type)[chosen],
            book.clock_on[chosen],
            np.maximum(book.waits_until[chosen], issued_on),
            is_retained,
        ],
        axis=1,
    )
    fate, chance_id = np.unique(fates, axis=0, return_inverse=True)
    chances = _chances(facts, lateness, habits, recorded, horizon, *fate[:, :4].T)
    chances[facts.clients.insolvent_on[fate[:, 0]] != NEVER] = 0.0
    _, cluster = np.unique(np.stack([fate[:, 0], fate[:, 2] // WEEK], axis=1), axis=0, return_inverse=True)
    return Flows(
        layer=np.where(is_retained, RETAINED, RECEIVABLES),
        client_id=client_id,
        source_row=instalments.row[chosen],
        amount_cents=book.open_cents[chosen],
        vat_cents=book.open_cents[chosen] * instalments.vat_ratio[chosen],
        chance_id=chance_id.reshape(-1),
        chances=chances,
        cluster=cluster.reshape(-1),
    )


def _chances(
    facts: Facts,
    lateness: Lateness,
    habits: Floats,
    recorded: Floats,
    horizon: Horizon,
    client_id: Ints,
    group: Ints,
    clock_on: Ints,
    from_on: Ints,
) -> Floats:
    """Chances per period of instalments that a client may pay from a day on, known as unpaid at the day of the forecast."""
    days = np.concatenate([np.arange(horizon.day - LONGEST_DELAY + 1, horizon.day + 1), horizon.days])
    intensity = lateness.intensity(client_id, group, days[None, :] - clock_on[:, None])
    intensity *= habits[client_id[:, None], day_of_month(days)[None, :]]
    intensity *= facts.calendar.is_open(days)[None, :]
    intensity[days[None, :] < from_on[:, None]] = 0.0
    np.minimum(intensity, MOST_INTENSE, out=intensity)
    chances = distribute(intensity)
    past, ahead = chances[:, :LONGEST_DELAY], chances[:, LONGEST_DELAY:]
    unrecorded = past @ (1.0 - recorded[LONGEST_DELAY - 1 :: -1])
    waiting = survive(intensity[:, :LONGEST_DELAY])[:, -1]
    possible = unrecorded + waiting
    return horizon.from_days(np.divide(ahead, possible[:, None], out=np.zeros_like(ahead), where=possible[:, None] > 0))


def learn_delays(receipts: Receipts, day: int) -> Floats:
    """The share of payments that are recorded at most 0, 1, ... LONGEST_DELAY - 1 days after they were received."""
    is_recent = (receipts.cash_on > day - DELAY_HISTORY) & (receipts.cash_on <= day - LONGEST_DELAY)
    delays = np.clip(receipts.known_on[is_recent] - receipts.cash_on[is_recent], 0, LONGEST_DELAY)
    if not len(delays):
        return np.ones(LONGEST_DELAY)
    counts = np.bincount(delays, minlength=LONGEST_DELAY + 1)
    return np.cumsum(counts)[:LONGEST_DELAY] / len(delays)
