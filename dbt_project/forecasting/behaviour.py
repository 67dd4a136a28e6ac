"""What is learnt of the past, once a month: how clients pay, how orders are invoiced, how deals are won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import Floats
from forecasting.chain import learn_weeks_to_cash
from forecasting.clocks import Curves
from forecasting.facts import Facts, Settlements
from forecasting.orders import Invoicing, learn_invoicing, open_backlog
from forecasting.payments import Lateness, learn_habits, learn_lateness, observe_payments, open_book
from forecasting.pipeline import learn_vat_share, learn_winning

LONGEST_DELAY = 28
"""Days after which a payment that was received is recorded."""

DELAY_DAYS = 365
"""How far back the delays of recording are learnt from."""


@dataclass(frozen=True)
class Behaviour:
    """All that the forecasts of a month take from the past.

    `habits` are clients x days of the month (and the closed ones), `weeks_to_cash` clients x weeks, `recorded` the
    share of payments that are recorded at most 0, 1, ... days after they were received.
    """

    lateness: Lateness
    habits: Floats
    recorded: Floats
    weeks_to_cash: Floats
    invoicing: Invoicing
    winning: Curves
    vat_share: float


def learn(facts: Facts, day: int, week_count: int) -> Behaviour:
    """The behaviour seen until a day, from what was known on it."""
    observed = observe_payments(facts, open_book(facts, day), day)
    lateness = learn_lateness(facts, observed)
    return Behaviour(
        lateness=lateness,
        habits=learn_habits(facts, observed, lateness, day),
        recorded=learn_delays(facts.settlements, day),
        weeks_to_cash=learn_weeks_to_cash(facts, observed, week_count),
        invoicing=learn_invoicing(facts, open_backlog(facts), day, week_count),
        winning=learn_winning(facts, day),
        vat_share=learn_vat_share(facts),
    )


def learn_delays(settlements: Settlements, day: int) -> Floats:
    """The share of payments that are recorded at most 0, 1, ... days after they were received, up to where all are."""
    received_on = settlements.effective_on
    is_recent = settlements.is_payment & (received_on > day - DELAY_DAYS) & (received_on <= day - LONGEST_DELAY)
    delays = np.clip((settlements.known_on - received_on)[is_recent], 0, LONGEST_DELAY)
    if not len(delays):
        return np.ones(1)
    last = min(int(delays.max()), LONGEST_DELAY - 1)
    return np.cumsum(np.bincount(delays))[: last + 1] / len(delays)
