"""When deals are won, invoiced, paid: the flows of the layer `pipeline`."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import Floats, Ints
from forecasting.chain import follow, weeks_from_age
from forecasting.clocks import Clock, Curves, Lives, count_lives, learn_curves
from forecasting.facts import NEVER, NOWHERE, Facts
from forecasting.flows import PIPELINE, Flows, Horizon

IN_STAGE = Clock(first=0, last=400)
"""Days since the deal entered its stage."""


def learn_winning(facts: Facts, day: int) -> Curves:
    """How deals were won after they entered each stage, while losses compete; what is open counts until the day."""
    stays = facts.stays
    closed_on = np.minimum(stays.won_on, stays.lost_on)
    is_won = (stays.won_on != NEVER) & (stays.won_on <= stays.lost_on)
    is_lost = (stays.lost_on != NEVER) & ~is_won
    end = np.minimum(closed_on, day) - stays.known_on
    nothing, unit = np.zeros_like(end), np.ones(len(end))
    wins = count_lives(IN_STAGE, Lives(nothing, end, is_won, unit), stays.stage, facts.stage_count)
    losses = count_lives(IN_STAGE, Lives(nothing, end, is_lost, unit), stays.stage, facts.stage_count)
    return learn_curves(IN_STAGE, wins, losses.events)


def learn_vat_share(facts: Facts) -> float:
    """The tax in a euro invoiced, on the whole."""
    due = facts.instalments.due_ttc_cents
    return float((due * facts.instalments.vat_ratio).sum() / due.sum()) if due.sum() > 0 else 0.0


def expect_deals(
    facts: Facts, winning: Curves, weeks_to_invoice: Floats, weeks_to_cash: Floats, vat_share: float, horizon: Horizon
) -> Flows:
    """The flows of open deals: the chance to be won from the present stage after the time already spent in it, then the
    weeks from signature to invoice (1 x weeks) and from invoice to cash (clients x weeks).
    """
    deals, stays = facts.deals, facts.stays
    current = _open_stays(facts)
    amount_ht = _amounts(facts)[stays.deal_id[current]]
    current, amount_ht = current[amount_ht > 0], amount_ht[amount_ht > 0]
    deal_id = stays.deal_id[current]
    client_id = deals.client_id[deal_id]
    age = horizon.day - stays.known_on[current]
    won = weeks_from_age(winning, stays.stage[current], age, horizon.week_count)
    chances = follow(follow(won, np.broadcast_to(weeks_to_invoice, won.shape)), weeks_to_cash[client_id])
    chances[facts.clients.insolvent_on[client_id] != NEVER] = 0.0
    amount = np.rint(amount_ht / (1.0 - vat_share))
    numbers = np.arange(len(deal_id))
    return Flows(
        layer=np.full(len(deal_id), PIPELINE),
        client_id=client_id,
        source_row=deals.row[deal_id],
        amount_cents=amount,
        vat_cents=amount * vat_share,
        chance_id=numbers,
        chances=horizon.from_weeks(chances),
        cluster=numbers,
    )


def _open_stays(facts: Facts) -> Ints:
    """The stage in which each open deal is: the last one that it entered and did not leave."""
    stays = facts.stays
    is_open = (stays.left_on == NEVER) & (stays.won_on == NEVER) & (stays.lost_on == NEVER)
    last = np.full(len(facts.deals), NOWHERE)
    last[stays.deal_id[is_open]] = np.flatnonzero(is_open)
    current: Ints = last[last != NOWHERE]
    return current


def _amounts(facts: Facts) -> Floats:
    """What each deal is worth before tax: the last proposal, else what the CRM shows."""
    amounts = facts.deals.deal_ht_cents.copy()
    amounts[facts.proposals.deal_id] = facts.proposals.proposed_ht_cents
    return amounts
