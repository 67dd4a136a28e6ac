"""When instalments are paid: the flows of the layers `receivables` and `retained`."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import Floats, Ints
from forecasting.behaviour import Behaviour
from forecasting.clocks import distribute, survive
from forecasting.facts import NEVER, Calendar, Facts
from forecasting.flows import RECEIVABLES, RETAINED, WEEK, Flows, Horizon
from forecasting.payments import Book, classify_terms

MOST_INTENSE = 0.95
"""No day is certain."""


def expect_payments(facts: Facts, book: Book, behaviour: Behaviour, horizon: Horizon) -> Flows:
    """The flows of what clients owe.

    An instalment's chances start from its present age (`late | late > age`), follow its client's payment days, are nil
    when banks are closed, and leave out what was likely received already but is not recorded. A guarantee is not paid
    before its release, and insolvent clients pay nothing. Instalments of one client with one date and one term share
    their fate; those due in one week, their draw.
    """
    instalments = facts.instalments
    chosen = np.flatnonzero(book.open_cents > 0)
    client_id = instalments.client_id[chosen]
    is_retained = instalments.is_retention[chosen] & (instalments.due_on[chosen] >= horizon.day)
    unseen_from = horizon.day - len(behaviour.recorded)
    released_on = np.where(instalments.is_retention[chosen], instalments.due_on[chosen], instalments.issued_on[chosen])
    payable_from = np.maximum(book.waits_until[chosen], np.maximum(released_on, unseen_from))
    term = classify_terms(instalments)[chosen]
    fates = np.stack([client_id, term, book.clock_on[chosen], payable_from, is_retained], axis=1)
    fate, chance_id = np.unique(fates, axis=0, return_inverse=True)
    chances = _chances(facts.calendar, behaviour, horizon, *fate[:, :4].T)
    chances[facts.clients.insolvent_on[fate[:, 0]] != NEVER] = 0.0
    runs = np.stack([fate[:, 0], fate[:, 2] // WEEK], axis=1)
    return Flows(
        layer=np.where(is_retained, RETAINED, RECEIVABLES),
        client_id=client_id,
        source_row=instalments.row[chosen],
        amount_cents=book.open_cents[chosen],
        vat_cents=book.open_cents[chosen] * instalments.vat_ratio[chosen],
        chance_id=chance_id.reshape(-1),
        chances=chances,
        cluster=np.unique(runs, axis=0, return_inverse=True)[1].reshape(-1),
    )


def _chances(
    calendar: Calendar,
    behaviour: Behaviour,
    horizon: Horizon,
    client_id: Ints,
    term: Ints,
    clock_on: Ints,
    payable_from: Ints,
) -> Floats:
    """Chances per period of instalments that their client may pay from a day on, and that are open on the day of the
    forecast as far as is known: P(paid on d) / P(paid lately and not recorded, or not paid yet).
    """
    delays = len(behaviour.recorded)
    days = np.concatenate([np.arange(horizon.day - delays + 1, horizon.day + 1), horizon.days])
    intensity = behaviour.lateness.intensity(client_id, term, days[None, :] - clock_on[:, None])
    intensity *= behaviour.habits[client_id[:, None], calendar.payment_day(days)[None, :]]
    intensity[days[None, :] < payable_from[:, None]] = 0.0
    np.minimum(intensity, MOST_INTENSE, out=intensity)
    chances = distribute(intensity)
    unrecorded = chances[:, :delays] @ (1.0 - behaviour.recorded[::-1])
    waiting = survive(intensity[:, :delays])[:, -1]
    return horizon.from_days(chances[:, delays:] / (unrecorded + waiting)[:, None])
