"""When deals are won, invoiced, paid: the flows of the layer `pipeline`."""

from __future__ import annotations

import numpy as np

from forecasting.chain import follow, weeks_from_age
from forecasting.clocks import Clock, Counts, Lives, count_lives, pool_ages, shrink, survive
from forecasting.facts import NEVER, NOWHERE, Facts, Floats, Ints
from forecasting.flows import PIPELINE, Flows, Horizon

IN_STAGE = Clock(first=0, last=400)
"""Days since the deal entered its stage."""


def expect_deals(facts: Facts, to_invoice: Floats, to_cash: Floats, horizon: Horizon) -> Flows:
    """The flows of open deals: the chance to be won from the present stage after the time already spent in it, then the
    weeks from signature to invoice (`to_invoice`, 1 x weeks) and from invoice to cash (`to_cash`, clients x weeks).
    """
    deals, stays = facts.deals, facts.stays
    is_open = (stays.won_on == NEVER) & (stays.lost_on == NEVER) & (stays.left_on == NEVER)
    current = _last_per_deal(facts, np.flatnonzero(is_open))
    deal_id = stays.deal_id[current]
    amount_ht = _amounts(facts)[deal_id]
    valued = amount_ht > 0
    current, deal_id, amount_ht = current[valued], deal_id[valued], amount_ht[valued]
    client_id = deals.client_id[deal_id]
    won = _weeks_to_win(facts, current, horizon.day, horizon.week_count)
    chances = follow(follow(won, np.broadcast_to(to_invoice, won.shape)), to_cash[client_id])
    chances[facts.clients.insolvent_on[client_id] != NEVER] = 0.0
    vat_share = _vat_share(facts)
    numbers = np.arange(len(deal_id))
    return Flows(
        layer=np.full(len(deal_id), PIPELINE),
        client_id=client_id,
        source_row=deals.row[deal_id],
        amount_cents=np.rint(amount_ht / (1.0 - vat_share)),
        vat_cents=amount_ht / (1.0 - vat_share) * vat_share,
        chance_id=numbers,
        chances=horizon.from_weeks(chances),
        cluster=numbers,
    )


def _weeks_to_win(facts: Facts, current: Ints, day: int, week_count: int) -> Floats:
    """Wins compete with losses; a deal that is neither counts as open until the day."""
    stays = facts.stays
    closed_on = np.minimum(stays.won_on, stays.lost_on)
    end = np.minimum(closed_on, day) - stays.known_on
    is_won = (stays.won_on != NEVER) & (stays.won_on <= stays.lost_on)
    size = int(stays.stage.max(initial=0)) + 1
    weight = np.ones(len(stays))

    def intensity(is_event: np.typing.NDArray[np.bool_]) -> Floats:
        counts = count_lives(IN_STAGE, Lives(np.zeros_like(end), end, is_event, weight), stays.stage, size)
        overall = pool_ages(IN_STAGE, counts.gather(np.zeros(size, dtype=np.int64), 1))
        return shrink(counts.events, counts.at_risk, overall)

    winning = intensity(is_won)
    losing = intensity((closed_on != NEVER) & ~is_won)
    survival = survive(np.clip(1.0 - (1.0 - winning) * (1.0 - losing), 0.0, 1.0))
    before = np.concatenate([np.ones((size, 1)), survival[:, :-1]], axis=1)
    age = day - stays.known_on[current]
    return weeks_from_age(IN_STAGE, before * winning, survival, stays.stage[current], age, week_count)


def _amounts(facts: Facts) -> Floats:
    """What each deal is worth before tax: the last proposal, else what the CRM shows."""
    proposals = facts.proposals
    amounts = facts.deals.deal_ht_cents.copy()
    in_time = np.lexsort([proposals.proposed_ht_cents, proposals.known_on, proposals.deal_id])
    amounts[proposals.deal_id[in_time]] = proposals.proposed_ht_cents[in_time]
    return amounts


def _vat_share(facts: Facts) -> float:
    """The tax in a euro invoiced, on the whole."""
    due = facts.instalments.due_ttc_cents
    return float(due @ facts.instalments.vat_ratio / due.sum()) if due.sum() > 0 else 0.0


def _last_per_deal(facts: Facts, stays: Ints) -> Ints:
    """Of those stays, the last one of each deal."""
    last = np.full(len(facts.deals), NOWHERE)
    last[facts.stays.deal_id[stays]] = stays
    return last[last != NOWHERE]
