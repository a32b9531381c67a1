"""The range of one more value like those before it."""

from math import sqrt

import pytest

from kpi.analysis import estimate_usual_range, is_usual

T_11, T_7 = 2.200985, 2.364624  # 97.5 % quantiles of Student's t, from tables


def test_twelve_values_give_the_prediction_interval_of_a_thirteenth() -> None:
    # 1 and 3 by turns: mean 2, twelve deviations of 1, so s² = 12/11
    usual = estimate_usual_range([1, 3] * 6)
    arm = T_11 * sqrt(12 / 11) * sqrt(1 + 1 / 12)
    assert (usual.value, usual.n) == (2, 12)
    assert (usual.low, usual.high) == (pytest.approx(2 - arm, rel=1e-6), pytest.approx(2 + arm, rel=1e-6))
    assert [is_usual(value, usual) for value in (4.3, 4.5, -0.3, -0.5)] == [True, False, True, False]


def test_only_the_last_twelve_count() -> None:
    assert estimate_usual_range([10**6, *[1, 3] * 6]) == estimate_usual_range([1, 3] * 6)


def test_eight_known_values_are_enough_and_seven_are_not() -> None:
    # 1 and 3 four times each: s² = 8/7
    usual = estimate_usual_range([None, None, 1, 3, None, 1, 3, 1, 3, 1, 3, None])
    assert usual.n == 8
    assert usual.high == pytest.approx(2 + T_7 * sqrt(8 / 7) * sqrt(1 + 1 / 8), rel=1e-6)
    few = estimate_usual_range([1, 3, 1, 3, 1, 3, 1])
    assert (few.value, few.low, few.high, few.n) == (None, None, None, 7)
    assert is_usual(2, few) is None


def test_a_past_that_never_changed_leaves_one_usual_value() -> None:
    # In binary fractions twelve tenths do not add up to 1.2.
    usual = estimate_usual_range([0.1] * 12)
    assert is_usual(0.1, usual) is True
    assert is_usual(0.1001, usual) is False
    assert is_usual(0, estimate_usual_range([0] * 12)) is True
