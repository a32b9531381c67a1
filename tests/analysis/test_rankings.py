"""Precision, lift, areas under the curve and calibration, by hand and by what must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis.rankings import calibrate, estimate_auc, estimate_auc_difference, estimate_precision, lift

SCORES = np.array([4.0, 3.0, 2.0, 1.0])
HAPPENED = np.array([True, False, True, False])


def test_precision_among_the_first() -> None:
    # of the first three, two; Wilson as in intervals: 2 of 3
    found = estimate_precision(SCORES, HAPPENED, 3)
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)
    assert (found.low, found.high) == (pytest.approx(0.2077, abs=1e-4), pytest.approx(0.9385, abs=1e-4))
    assert estimate_precision(SCORES, HAPPENED, 10).n == 4


def test_of_equals_those_that_come_first_count() -> None:
    assert estimate_precision(np.zeros(4), HAPPENED, 1).value == 1
    assert estimate_precision(np.zeros(4), ~HAPPENED, 1).value == 0


def test_lift_is_precision_over_what_is_usual() -> None:
    found = lift(estimate_precision(SCORES, HAPPENED, 1), 0.5)
    assert (found.value, found.n) == (2.0, 1)
    assert found.high == pytest.approx(2.0)
    assert lift(estimate_precision(SCORES, HAPPENED, 1), 0.0).value is None
    assert lift(estimate_precision(np.array([]), np.array([], dtype=np.bool_), 3), 0.5).value is None


def test_the_area_by_hand() -> None:
    # 4 stands above 3 and 1, 2 above 1 but not 3: 3 of 4 pairs. Placements 1, 1/2 and 1/2, 1 have a variance of 1/8
    # each: SE² = 1/8 / 2 + 1/8 / 2 = 1/8, 0.75 ± 1.96 · 0.353553 = 0.057 .. 1.443, clipped
    found = estimate_auc(SCORES, HAPPENED)
    assert (found.value, found.low, found.high) == (0.75, pytest.approx(0.057049, abs=1e-6), 1.0)


def test_the_area_of_equals_is_a_half() -> None:
    found = estimate_auc(np.zeros(4), HAPPENED)
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("happened", [np.zeros(4, dtype=np.bool_), np.ones(4, dtype=np.bool_)])
def test_without_both_kinds_there_is_no_area(happened: np.ndarray) -> None:
    assert estimate_auc(SCORES, happened).value is None
    assert estimate_auc_difference(SCORES, SCORES, happened).value is None


@given(
    rows=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30).filter(
        lambda rows: {happened for _, happened in rows} == {True, False}
    )
)
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in rows])
    happened = np.array([flag for _, flag in rows])
    pairs = [(one > other) + (one == other) / 2 for one in scores[happened] for other in scores[~happened]]
    assert estimate_auc(scores, happened).value == pytest.approx(sum(pairs) / len(pairs))
    assert estimate_auc(-scores, happened).value == pytest.approx(1 - sum(pairs) / len(pairs))
    reversed_gain = estimate_auc_difference(scores, -scores, happened).value
    assert reversed_gain == pytest.approx(2 * sum(pairs) / len(pairs) - 1)


def test_an_order_beside_itself_gains_nothing() -> None:
    found = estimate_auc_difference(SCORES, 10 * SCORES, HAPPENED)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Normal scores one deviation apart have an area of Φ(1/√2) = 0.7602 (Bamber 1975)."""
    draw = np.random.default_rng(20261122)
    covered = 0
    for _ in range(400):
        happened = np.arange(120) < 40
        found = estimate_auc(draw.standard_normal(120) + happened, happened)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.760250 <= found.high
    assert 0.92 <= covered / 400 <= 0.98  # 0.95 ± 2.8 deviations of √(0.95 · 0.05 / 400)


def test_calibration_compares_what_was_predicted_with_what_came_true() -> None:
    predicted = np.array([0.1, 0.9, 0.2, 0.8])
    low, high = calibrate(predicted, np.array([False, True, True, True]), bins=2)
    assert (low.people, low.predicted, low.observed.value) == (2, pytest.approx(0.15), 0.5)
    assert (high.people, high.predicted, high.observed.value) == (2, pytest.approx(0.85), 1.0)
    assert len(calibrate(predicted[:1], np.array([True]), bins=3)) == 1
