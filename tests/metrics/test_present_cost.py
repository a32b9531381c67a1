"""What a customer costs at present beside their value: by hand."""

import pytest

from kpi.analysis import Assumptions, Estimate, MonthlyCurve, payback_of
from kpi.analysis.obstacle import Obstacle
from kpi.metrics.present_cost import compare_with_value

BASIS = Assumptions(arpa=100, margin=0.8, churn=0.05, other_cost=50)


def test_the_ratio_and_its_range() -> None:
    cost = Estimate(value=50.0, low=40.0, high=100.0, n=9)
    found = compare_with_value(cost, Estimate(value=200.0, low=140.0, high=260.0), BASIS)
    assert found is not None
    assert found.ratio.value == pytest.approx(4)
    # value -30 % and +30 %; the inverse of the cost from 1/100 to 1/40, that is -50 % and +25 % of 1/50
    assert found.ratio.low == pytest.approx(4 * (1 - (0.3**2 + 0.5**2) ** 0.5))
    assert found.ratio.high == pytest.approx(4 * (1 + (0.3**2 + 0.25**2) ** 0.5))
    assert found.payback == 1


@pytest.mark.parametrize("cost", [Estimate(value=None), Estimate(value=0.0)])
def test_of_nothing_there_is_no_ratio(cost: Estimate) -> None:
    assert compare_with_value(cost, Estimate(value=200.0), BASIS) is None


def test_the_smallest_number_of_whole_months() -> None:
    # 80, 76, 72.2: 156 after two months, 228.2 after three
    assert payback_of(BASIS, 80) == 1
    assert payback_of(BASIS, 156) == 2
    assert payback_of(BASIS, 156.01) == 3
    assert payback_of(BASIS, 0) == 0
    # 80 / 0.05 = 1,600 is all there is
    assert payback_of(BASIS, 1_601) is Obstacle.NEVER


def test_along_a_curve() -> None:
    halving = Assumptions(arpa=100, margin=0.8, churn=0, other_cost=0, curve=MonthlyCurve((1.0, 0.5)))
    assert payback_of(halving, 120) == 2  # 80 and 40
    assert payback_of(halving, 139) == 3
    assert payback_of(halving, 161) is Obstacle.NEVER
    assert payback_of(Assumptions(arpa=100, margin=-0.1, churn=0, other_cost=0), 1) is Obstacle.NEVER
