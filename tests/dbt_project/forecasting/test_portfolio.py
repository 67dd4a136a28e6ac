"""What flows add up to."""

import numpy as np
import pytest
from forecasting.calibration import widen
from forecasting.facts import known_at
from forecasting.flows import LAYERS, NOT_YET_KNOWN, Flows, join_flows, weeks_ahead
from forecasting.outcomes import pool_unknown, repeat_last_month, sum_arrivals
from forecasting.portfolio import PARTS, PERIODS, add_totals, expect, simulate
from hypothesis import given
from hypothesis import strategies as st

from tests.dbt_project.forecasting.invented import client, invent, number

DAY = number("2026-06-29")
NOTHING_UNKNOWN = [np.zeros((0, 1))] * 13


def flows(*rows: tuple[int, float, list[float], int]) -> Flows:
    """Flows of one client: layer, cents, chances of the first weeks, cluster."""
    count = len(rows)
    chances = np.zeros((count, 13))
    for place, (_, _, weeks, _) in enumerate(rows):
        chances[place, : len(weeks)] = weeks
    return Flows(
        layer=np.array([row[0] for row in rows], dtype=np.int64),
        client_id=np.zeros(count, dtype=np.int64),
        source_row=np.arange(count),
        amount_cents=np.array([row[1] for row in rows]),
        vat_cents=np.array([row[1] for row in rows]) / 6,
        chance_id=np.arange(count),
        chances=chances,
        cluster=np.array([row[3] for row in rows], dtype=np.int64),
    )


def test_expected_cash_is_amounts_times_chances_to_the_cent() -> None:
    expected = expect(
        some := flows((0, 1000, [0.25, 0.5], 0), (0, 333, [0.5], 1), (2, 500, [0, 1.0], 2)), some.amount_cents, 1
    )
    assert expected[0, 0, :3].tolist() == [416.0, 500.0, 0.0]
    assert expected[0, 2, :3].tolist() == [0.0, 500.0, 0.0]
    assert expect(some, some.vat_cents, 1)[0, 2, 1] == 83.0


def test_totals_add_up() -> None:
    cash = np.arange(2.0 * len(LAYERS) * 13).reshape(2, len(LAYERS), 13)
    totals = add_totals(cash)
    assert totals.shape == (3, len(PARTS), PERIODS)
    assert totals[2, -1, 0] == cash[:, :, 0].sum()
    assert totals[0, 0, -1] == cash[0, 0, :4].sum()


def test_flows_of_one_cluster_are_paid_together_and_others_on_their_own() -> None:
    """Ten flows of 100 with one chance in two: all or nothing as one run; about half of them apart."""
    one = simulate(flows(*((0, 100.0, [0.5], 0) for _ in range(10))), NOTHING_UNKNOWN, weeks_ahead(DAY), *one_type())
    ten = simulate(flows(*((0, 100.0, [0.5], n) for n in range(10))), NOTHING_UNKNOWN, weeks_ahead(DAY), *one_type())
    assert one[-1, -1, 0, [0, 2]].tolist() == [0.0, 1000.0]
    assert 200 <= ten[-1, -1, 0, 0] <= 400
    assert 600 <= ten[-1, -1, 0, 2] <= 800


def one_type() -> tuple[np.typing.NDArray[np.int64], int]:
    return np.zeros(1, dtype=np.int64), 1


def test_the_same_flows_give_the_same_range_and_another_day_another_one() -> None:
    some = flows(*((0, 100.0 + n, [0.1] * 10, n) for n in range(30)))
    first, again = (simulate(some, NOTHING_UNKNOWN, weeks_ahead(DAY), *one_type()) for _ in range(2))
    other = simulate(some, NOTHING_UNKNOWN, weeks_ahead(DAY + 7), *one_type())
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_company_without_flows_has_a_range_of_nothing() -> None:
    assert not simulate(flows(), NOTHING_UNKNOWN, weeks_ahead(DAY), *one_type()).any()


def test_clusters_of_two_parts_are_never_the_same() -> None:
    joined = join_flows([flows((0, 1.0, [1.0], 0), (0, 1.0, [1.0], 1)), flows((4, 1.0, [1.0], 0))])
    assert joined.cluster.tolist() == [0, 1, 2]
    assert joined.chance_id.tolist() == [0, 1, 2]


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_a_widened_range_stays_in_order_and_holds_no_debt(decile: list[float], count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    simulated = np.broadcast_to(np.sort(decile), (2, len(PARTS), PERIODS, 3))
    earlier = np.sort(random.uniform(0, 1e6, (count, 2, len(PARTS), PERIODS, 3)))
    outcomes = random.uniform(0, 2e6, (count, 2, len(PARTS), PERIODS))
    outcomes[random.random(outcomes.shape) < 0.3] = np.nan
    widened = widen(simulated, earlier, outcomes)
    assert (np.diff(widened, axis=-1) >= 0).all()
    assert (widened >= 0).all()
    assert (widened[..., 1] == simulated[..., 1]).all()


def test_a_range_is_widened_by_the_errors_of_earlier_ones() -> None:
    """Ranges of +-10 whose outcomes were 30 away nine times: 3 counts for nine, 1 for ten, and the median stays."""
    simulated = np.broadcast_to(np.array([90.0, 100.0, 110.0]), (1, 1, PERIODS, 3))
    earlier = np.broadcast_to(simulated, (9, 1, 1, PERIODS, 3))
    outcomes = np.full((9, 1, 1, PERIODS), 130.0)
    assert widen(simulated, earlier, outcomes)[0, 0, 0] == pytest.approx([100 - 370 / 19, 100, 100 + 370 / 19])
    assert (widen(simulated, earlier, np.full_like(outcomes, np.nan)) == simulated).all()
    assert (widen(simulated, earlier[:0], outcomes[:0]) == simulated).all()


def arrivals(*rows: tuple[str, str, int, int]) -> list[dict[str, object]]:
    return [
        {
            "known_on": known,
            "origin_on": origin,
            "client_type": "PME",
            "layer": "not_yet_known",
            "week_number": week,
            "received_ttc_cents": cents,
        }
        for known, origin, week, cents in rows
    ]


def test_outcomes_are_those_of_weeks_that_are_over() -> None:
    facts = invent(
        clients=[client("a")],
        arrivals=arrivals(
            ("2026-06-10", "2026-06-08", 1, 100),
            ("2026-06-17", "2026-06-08", 2, 50),
            ("2026-06-30", "2026-06-22", 1, 7),
        ),
    )
    origins = np.array([number("2026-06-08"), number("2026-06-15"), number("2026-06-22")])
    cash = sum_arrivals(known_at(facts, DAY), origins, DAY)[:, 0, NOT_YET_KNOWN]
    assert cash[0, :3].tolist() == [100, 50, 0]
    assert np.isnan(cash[0, 3])
    # The week of the last origin ends on the day itself, but what was recorded later is not known.
    assert cash[2, 0] == 0.0


def test_what_is_not_known_is_learnt_from_the_last_origins_whose_week_is_over() -> None:
    cash = np.full((30, 1, len(LAYERS), 13), 5.0)
    cash[-1:, :, :, 0] = np.nan
    cash[-4:, :, :, 3] = np.nan
    pools = pool_unknown(cash)
    assert [len(pools[0]), len(pools[3])] == [26, 26]
    cash[:10] = np.nan
    assert len(pool_unknown(cash)[3]) == 16


def test_last_month_is_the_latest_origin_a_multiple_of_four_weeks_before_whose_week_is_over() -> None:
    origins = DAY - 7 * np.arange(20)[::-1]
    cash = np.zeros((20, 1, len(LAYERS), 13))
    cash += 100 * np.arange(20)[:, None, None, None] + np.arange(1, 14)
    repeated = repeat_last_month(cash, origins, DAY)[0, 0]
    # Weeks 1 to 4 four weeks before, 5 to 8 eight, 9 to 12 twelve, 13 sixteen weeks before.
    assert repeated.tolist() == [1501, 1502, 1503, 1504, 1105, 1106, 1107, 1108, 709, 710, 711, 712, 313]
    assert np.isnan(repeat_last_month(cash[:6], origins[-6:], DAY)[0, 0, 4:]).all()
