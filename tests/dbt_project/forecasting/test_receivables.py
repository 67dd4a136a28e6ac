"""When an instalment is paid: never before tomorrow, never on a closed day, from its present age on."""

import numpy as np
import pytest
from forecasting.arrays import Floats, Ints
from forecasting.behaviour import Behaviour, learn
from forecasting.facts import Facts, known_at
from forecasting.flows import RECEIVABLES, RETAINED, WEEKS, Flows, Horizon
from forecasting.payments import open_book
from forecasting.receivables import expect_payments

from tests.dbt_project.forecasting.invented import client, invent, invoice, number, payment, trade

DAY = number("2026-06-30")


def daily(day: int = DAY, days: int = 91) -> Horizon:
    """A horizon whose periods are days."""
    ahead = np.arange(day + 1, day + days + 1)
    return Horizon(day, ahead, (ahead - day - 1) // 7)


def expect(facts: Facts, behaviour: Behaviour, horizon: Horizon) -> Flows:
    known = known_at(facts, horizon.day)
    return expect_payments(known, open_book(known, horizon.day), behaviour, horizon)


def history(*clients: str, late: tuple[int, ...] = (0, 5, 20)) -> dict[str, list[dict[str, object]]]:
    """Invoices of each client due on the first days of months, paid that many days late in turn."""
    instalments, settlements = [], []
    for owner in clients:
        for place in range(30):
            due = number("2025-07-01") + 9 * place
            key = f"{owner}{place}"
            instalments.append(invoice(key, owner, day(due - 30), day(due)))
            settlements.append(payment(key, day(due + late[place % len(late)])))
    return {"instalments": instalments, "settlements": settlements}


def day(days: int) -> str:
    return str(np.datetime64(days, "D"))


def opened(facts_rows: dict[str, list[dict[str, object]]], *more: dict[str, object], **client_more: str) -> Facts:
    return invent(
        clients=[client("a", **client_more)],
        instalments=[*facts_rows["instalments"], *more],
        settlements=facts_rows["settlements"],
    )


def chances_of(flows: Flows, place: int = -1) -> Floats:
    chances: Floats = flows.chances[flows.chance_id[place]]
    return chances


def test_nothing_is_expected_when_banks_are_closed() -> None:
    facts = opened(history("a"), invoice("x", "a", "2026-03-01", "2026-04-01"))
    horizon = daily(number("2026-03-31"), 40)
    chances = chances_of(expect(facts, learn(known_at(facts, horizon.day), horizon.day, 6), horizon))
    assert chances.sum() > 0.5
    closed = ["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-02"]
    assert [chances[number(date) - horizon.day - 1] for date in closed] == [0.0] * 6


def test_what_is_late_is_expected_from_its_present_age_on() -> None:
    """Paid on time, 5 or 20 days late; six days after its due date only the 20 are left."""
    facts = opened(history("a"), invoice("x", "a", "2026-05-25", "2026-06-24"))
    behaviour = learn(known_at(facts, DAY), DAY, WEEKS)
    chances = chances_of(expect(facts, behaviour, daily()))
    expected_on = number("2026-07-14") - DAY - 1
    assert int(np.argmax(chances)) == expected_on
    assert chances[expected_on] > 0.5
    assert chances.sum() <= 1.0 + 1e-9


def test_chances_are_conditional_on_the_age() -> None:
    """P(paid on d | open) = intensity of d x what survived since the day of the forecast."""
    facts = opened(history("a"), invoice("x", "a", "2026-05-25", "2026-06-24"))
    horizon = daily()
    behaviour = learn(known_at(facts, DAY), DAY, WEEKS)
    ages = (horizon.days - number("2026-06-24"))[None, :]
    one = np.zeros(1, dtype=np.int64)
    intensity = behaviour.lateness.intensity(one, one + 1, ages)[0]
    intensity = intensity * behaviour.habits[0, facts.calendar.payment_day(horizon.days)]
    intensity = np.minimum(intensity, 0.95)
    survived = np.concatenate([[1.0], np.cumprod(1.0 - intensity)[:-1]])
    assert chances_of(expect(facts, behaviour, horizon)) == pytest.approx(intensity * survived)


def test_what_was_received_and_not_recorded_is_not_expected_again() -> None:
    """Payments are recorded four days after they come: on its due date and three days on, an invoice is likely paid."""
    rows = history("a", late=(0, 0, 0, 8))
    slow = [{**row, "known_on": day(number(str(row["cash_on"])) + 4)} for row in rows["settlements"]]
    due = number("2026-06-26")
    open_one = invoice("x", "a", day(due - 30), day(due))
    prompt = opened(rows, open_one)
    late = opened({**rows, "settlements": slow}, open_one)
    horizon = daily(due + 3, 60)
    totals = [
        chances_of(expect(facts, learn(known_at(facts, horizon.day), horizon.day, 9), horizon)).sum()
        for facts in (prompt, late)
    ]
    assert totals[1] < 0.5 * totals[0]


def test_an_insolvent_client_pays_nothing() -> None:
    facts = opened(history("a"), invoice("x", "a", "2026-05-25", "2026-06-24"), insolvent_on="2026-06-29")
    assert expect(facts, learn(known_at(facts, DAY), DAY, WEEKS), daily()).chances.sum() == 0.0
    before = daily(number("2026-06-28"))
    assert expect(facts, learn(known_at(facts, before.day), before.day, WEEKS), before).chances.sum() > 0.5


def test_a_disputed_instalment_waits_for_the_end_of_its_dispute() -> None:
    """The only dispute that ended took 30 days; this one began ten days ago."""
    ended = invoice("e", "a", "2026-01-01", "2026-02-01", disputed_from_on="2026-02-01", disputed_to_on="2026-03-03")
    disputed = invoice("x", "a", "2026-05-25", "2026-06-24", disputed_from_on="2026-06-20")
    facts = opened(history("a"), ended, disputed)
    flows = expect(facts, learn(known_at(facts, DAY), DAY, WEEKS), daily())
    chances = chances_of(flows, int(np.flatnonzero(flows.source_row == 31)[0]))
    assert chances[: 20 - 1].sum() == 0.0
    assert chances.sum() > 0.5


def test_a_guarantee_waits_for_its_release_and_is_a_layer_of_its_own_until_then() -> None:
    kept = invoice("x", "a", "2025-08-01", "2026-07-20", is_retention=True)
    facts = opened(history("a", late=(-10, 0, 5)), kept)
    behaviour = learn(known_at(facts, DAY), DAY, WEEKS)
    flows = expect(facts, behaviour, daily())
    assert flows.layer[-1] == RETAINED
    assert chances_of(flows)[:19].sum() == 0.0
    assert chances_of(flows)[19:].sum() > 0.5
    later = daily(number("2026-07-21"), 30)
    assert expect(facts, behaviour, later).layer[-1] == RECEIVABLES


def test_instalments_of_one_client_due_the_same_week_share_their_draw() -> None:
    """Days since 1970 are cut every seven: 22 to 28 June are not of one such week, 25 June to 1 July are."""
    rows = [invoice(key, "a", "2026-05-25", due) for key, due in (("x", "2026-06-25"), ("y", "2026-07-01"))]
    facts = opened(history("a"), *rows, invoice("z", "a", "2026-05-25", "2026-07-02"))
    flows = expect(facts, learn(known_at(facts, DAY), DAY, WEEKS), daily())
    x, y, z = flows.cluster[flows.chance_id[-3:]]
    assert x == y != z


@pytest.mark.parametrize("seed", range(3))
def test_chances_are_probabilities(seed: int) -> None:
    facts = invent(**trade(seed))
    flows = expect(facts, learn(known_at(facts, DAY), DAY, WEEKS), daily())
    assert len(flows) > 10
    assert (flows.chances >= 0).all()
    assert (flows.chances.sum(axis=1) <= 1 + 1e-9).all()
    assert_rows_in_range(flows.chance_id, len(flows.chances))


def assert_rows_in_range(rows: Ints, count: int) -> None:
    assert set(rows.tolist()) == set(range(count))
