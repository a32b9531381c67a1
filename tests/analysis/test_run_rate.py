"""A run rate against sums written out, and against what would come: 95 of 100 intervals hold the later sum."""

from decimal import Decimal

import numpy as np
import pytest

from kpi.analysis import forecast_sum


def test_the_sum_of_two_months_after_four() -> None:
    # Mean 13, squared deviations 9 + 1 + 1 + 9 = 20, s = sqrt(20 / 3) = 2.581989, t(3) at 97.5 % = 3.182446:
    # 2 * 3.182446 * 2.581989 * sqrt(1/2 + 1/4) = 14.2322
    found = forecast_sum([10, Decimal(12), 14.0, 16], 2)
    assert (found.value, found.n) == (26, 4)
    assert (found.low, found.high) == (pytest.approx(26 - 14.2322, abs=1e-3), pytest.approx(26 + 14.2322, abs=1e-3))


@pytest.mark.parametrize(
    ("past", "ahead", "value", "limits"),
    [
        ([], 3, None, (None, None)),
        ([7], 3, 21, (None, None)),  # nothing tells how much months differ
        ([7, 7, 7], 3, 21, (21, 21)),
        ([7, 9], 0, 0, (0, 0)),
    ],
)
def test_little_is_known(
    past: list[float], ahead: int, value: float | None, limits: tuple[float | None, float | None]
) -> None:
    found = forecast_sum(past, ahead)
    assert (found.value, (found.low, found.high)) == (value, limits)


def test_nobody_looks_back() -> None:
    with pytest.raises(ValueError, match="looks ahead"):
        forecast_sum([1, 2], -1)


def test_nineteen_of_twenty_intervals_hold_what_comes() -> None:
    draws = np.random.default_rng(20261122).normal(100, 30, size=(4_000, 12 + 5))
    held = 0
    for row in draws:
        found = forecast_sum(row[:12].tolist(), 5)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= row[12:].sum() <= found.high
    # 0.95 of 4,000 with a standard error of 0.0034
    assert held / 4_000 == pytest.approx(0.95, abs=0.014)
