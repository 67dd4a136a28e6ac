"""How long things take, against hand-worked figures and against a library of survival analysis."""

import numpy as np
import pytest
from forecasting.clocks import Clock, Counts, Lives, count_lives, distribute, learn_curves, pool_ages, shrink, survive
from lifelines import KaplanMeierFitter

WEEK = Clock(first=-1, last=5)
ONE_GROUP = np.zeros(4, dtype=np.int64)


def lives(*rows: tuple[int, int, bool, float]) -> Lives:
    entry, end, is_event, weight = zip(*rows, strict=True)
    return Lives(np.array(entry), np.array(end), np.array(is_event), np.array(weight, dtype=np.float64))


def test_events_and_exposures_are_counted_by_hand() -> None:
    """Half of a unit paid at 2 and the other half still waiting at 4; one paid at 2; one seen from 1, paid late."""
    observed = lives((-1, 2, True, 0.5), (-1, 4, False, 0.5), (0, 2, True, 1.0), (1, 9, True, 1.0))
    counts = count_lives(WEEK, observed, ONE_GROUP, 1)
    assert counts.events.tolist() == [[0, 0, 0, 1.5, 0, 0, 1.0]]
    assert counts.at_risk.tolist() == [[1.0, 2.0, 3.0, 3.0, 1.5, 1.5, 1.0]]


def test_groups_are_counted_apart() -> None:
    observed = lives((0, 1, True, 1.0), (0, 1, True, 1.0), (0, 2, False, 1.0), (0, 3, True, 1.0))
    counts = count_lives(WEEK, observed, np.array([0, 1, 1, 1]), 2)
    assert counts.events[:, 2].tolist() == [1.0, 1.0]
    assert counts.at_risk[:, 2].tolist() == [1.0, 3.0]
    assert counts.gather_all().at_risk[0, 2] == 4.0


def test_an_estimate_leans_on_its_parent_as_long_as_it_has_seen_little() -> None:
    """(events + 10 x parent) / (at risk + 10): 2 of 10 against 10 %, nothing seen, 200 of 1 000."""
    counts = Counts(np.array([[2.0, 0.0, 200.0]]), np.array([[10.0, 0.0, 990.0]]))
    assert shrink(counts, np.full((1, 3), 0.1)).round(6).tolist() == [[0.15, 0.1, 0.201]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("latest_entry", [0, 10])
def test_survival_agrees_with_lifelines_on_censored_data(seed: int, latest_entry: int) -> None:
    """Right-censored, and seen from a later age on: eighty units."""
    random = np.random.default_rng(seed)
    entry = random.integers(0, latest_entry + 1, 80)
    entry[:20] = 0
    end = entry + random.integers(1, 40, 80)
    happened = random.random(80) < 0.6
    clock = Clock(first=0, last=60)
    counts = count_lives(clock, Lives(entry, end, happened, np.ones(80)), np.zeros_like(end), 1)
    seen = counts.at_risk > 0
    survival = survive(np.divide(counts.events, counts.at_risk, out=np.zeros_like(counts.events), where=seen))[0]
    # Lifelines lets a unit be at risk after its entry only, we on that day too.
    fitted = KaplanMeierFitter().fit(end, happened, entry=entry - 0.5, timeline=np.arange(61))
    last = int(end.max())
    assert survival[:last] == pytest.approx(fitted.survival_function_.to_numpy()[:last, 0], abs=1e-9)


def test_the_chance_of_an_event_is_what_survival_loses() -> None:
    intensity = np.array([0.5, 0.2, 1.0])
    assert distribute(intensity).round(6).tolist() == [0.5, 0.1, 0.4]
    assert survive(intensity).round(6).tolist() == [0.5, 0.4, 0.0]


def test_near_the_origin_a_day_speaks_for_itself_and_far_from_it_with_its_neighbours() -> None:
    clock = Clock(first=0, last=60)
    events, at_risk = np.zeros((1, 61)), np.full((1, 61), 10.0)
    events[0, 2], events[0, 40] = 5.0, 3.3
    intensity = pool_ages(clock, Counts(events, at_risk))[0]
    assert intensity[1:4].tolist() == [0.0, 0.5, 0.0]
    # At 40 the window reaches 16 days to each side.
    assert intensity[40] == pytest.approx(3.3 / 330)
    assert intensity[15] == 0.0


def test_beyond_what_was_ever_at_risk_the_last_intensity_goes_on() -> None:
    counts = Counts(np.array([[0.0, 2.0, 0.0, 0.0]]), np.array([[4.0, 4.0, 0.0, 0.0]]))
    assert pool_ages(Clock(first=0, last=3), counts).tolist() == [[0.0, 0.5, 0.5, 0.5]]


def test_golden_7_3_losses_compete_with_wins() -> None:
    """Ten deals (age in tens of days): 1W 2L 2W 3 4W 5L 6 6 7W 9, of which 55 % are won by 9."""
    ages = np.array([1, 2, 2, 3, 4, 5, 6, 6, 7, 9])
    outcomes = np.array(list("WLW.WL..W."))
    clock = Clock(first=0, last=9)
    group = np.zeros_like(ages)
    wins = count_lives(clock, Lives(group, ages, outcomes == "W", np.ones(10)), group, 1)
    losses = count_lives(clock, Lives(group, ages, outcomes == "L", np.ones(10)), group, 1)
    assert learn_curves(clock, wins, losses.events).reached[0, 9] == pytest.approx(0.55)
    assert learn_curves(clock, wins).reached[0, 9] > 0.55
