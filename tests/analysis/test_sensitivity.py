"""How far the ceiling moves with each assumption, by hand."""

from dataclasses import replace

import pytest

from kpi.analysis import Assumptions, Estimate, find_ceiling, find_swings, product_of, range_of
from tests.analysis.test_affordability import WORKED


def ceiling(assumed: Assumptions) -> float:
    return find_ceiling(assumed).max_acquisition_cost


def test_the_widest_comes_first_and_what_moves_nothing_is_left_out() -> None:
    # value binds: 100 · margin / churn / 3. Margin 0.6-1: 400 to 666.67; churn ± a tenth: 592.59 to 484.85
    found = find_swings(WORKED, {"margin": (0.6, 1.0)}, ceiling)
    assert [one.name for one in found] == ["margin", "churn", "target_ratio", "arpa"]
    margin, churn, *_ = found
    assert (margin.at_low, margin.at_high) == (pytest.approx(400), pytest.approx(666.67, abs=0.005))
    assert (churn.low, churn.high) == (pytest.approx(0.045), pytest.approx(0.055))
    assert (churn.at_low, churn.at_high) == (pytest.approx(592.59, abs=0.005), pytest.approx(484.85, abs=0.005))
    assert [one.is_interval for one in found] == [True, False, False, False]


def test_only_what_was_measured_makes_the_range() -> None:
    found = find_swings(WORKED, {"margin": (0.6, 1.0), "arpa": (85, 130)}, ceiling)
    # below: 133.33 of the margin and 80 of the revenue; above: 133.33 and 160
    estimate = range_of(ceiling(WORKED), found)
    assert estimate.low == pytest.approx(533.33 - (133.33**2 + 80**2) ** 0.5, abs=0.01)
    assert estimate.high == pytest.approx(533.33 + (133.33**2 + 160**2) ** 0.5, abs=0.01)
    nothing = range_of(1.0, find_swings(WORKED, {}, ceiling))
    assert (nothing.low, nothing.high) == (None, None)


def test_whole_months_move_by_one_at_least_and_stay_possible() -> None:
    short = replace(WORKED, payback=1, margin=1.0)
    found = {one.name: one for one in find_swings(short, {}, ceiling)}
    assert (found["payback"].low, found["payback"].high) == (1, 2)
    # all is margin already: there is no tenth more
    assert (found["margin"].low, found["margin"].high) == (pytest.approx(0.9), 1)


def test_a_product_errs_as_its_factors_do() -> None:
    # 3 of 10 and 4 of 10 below: 5 of 10; 3 and 4 of 10 above as well
    found = product_of(Estimate(value=10, low=7, high=13), Estimate(value=20, low=12, high=28, n=9))
    assert (found.value, found.low, found.high, found.n) == (200, pytest.approx(100), pytest.approx(300), 9)
    alone = product_of(Estimate(value=10), Estimate(value=20))
    assert (alone.value, alone.low, alone.high) == (200, None, None)
    assert product_of(Estimate(value=None), Estimate(value=20)).value is None
