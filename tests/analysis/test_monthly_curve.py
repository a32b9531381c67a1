"""Months paid along a curve: by hand, beside the closed form of a constant churn, and what cannot be."""

from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis import (
    CURVE,
    Assumptions,
    MonthlyCurve,
    Schedule,
    expected_months,
    find_ceiling,
    find_swings,
    solve_commission,
    solve_commissions,
)

HALVING = MonthlyCurve((2.0, 1.0, 0.5))
WORKED = Assumptions(arpa=100, margin=0.8, churn=0.05, other_cost=50, discount=0.1, horizon=60, first_order=200)
RATES = st.floats(0, 1)
MONTHS = st.integers(0, 300)


def test_by_hand() -> None:
    assert HALVING.expected_months(months=3) == 3.5
    assert HALVING.expected_months(months=2) == 3
    # the pace of the last two goes on: 0.25 and 0.125
    assert HALVING.expected_months(months=5) == pytest.approx(3.875)
    assert HALVING.expected_months(months=5, after=1) == pytest.approx(1.875)
    assert HALVING.expected_months(months=5, after=4) == pytest.approx(0.125)
    # half of each month is kept of the one before: 2, 0.5, 0.125, 0.03125
    assert HALVING.expected_months(months=4, keeps=0.5) == pytest.approx(2.65625)
    assert HALVING.expected_months(months=4, discount=1) == pytest.approx(2.65625)
    assert HALVING.expected_months(months=4, keeps=0) == 2
    assert HALVING.expected_months(months=3, after=3) == 0


def test_after_the_last_month_nothing_grows() -> None:
    assert MonthlyCurve((1.0, 2.0)).expected_months(months=4) == 7  # 1 + 2 + 2 + 2
    assert MonthlyCurve((1.0,)).expected_months(months=9) == 1
    assert MonthlyCurve((1.0, 0.0)).expected_months(months=9) == 1
    assert MonthlyCurve((0.0, 3.0)).expected_months(months=9) == 3


@pytest.mark.parametrize("shares", [(), (1.0, -0.1), (nan,), (inf,)])
def test_what_is_no_curve(shares: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        MonthlyCurve(shares)


@given(churn=st.floats(0, 0.99), discount=RATES, keeps=RATES, months=MONTHS, after=MONTHS, known=st.integers(2, 60))
def test_a_constant_churn_is_the_closed_form(
    churn: float, discount: float, keeps: float, months: int, after: int, known: int
) -> None:
    curve = MonthlyCurve(tuple((1 - churn) ** month for month in range(known)))
    found = curve.expected_months(months=months, discount=discount, keeps=keeps, after=after)
    expected = expected_months(churn, months=months, discount=discount, keeps=keeps, after=after)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_along_the_curve_of_a_constant_churn_all_is_the_same() -> None:
    along = replace(WORKED, churn=1.0, curve=MonthlyCurve(tuple(0.95**month for month in range(24))))
    one, other = find_ceiling(WORKED), find_ceiling(along)
    assert (other.ltv, other.cap_payback) == (pytest.approx(one.ltv), pytest.approx(one.cap_payback))
    for constant, curved in zip(solve_commissions(WORKED), solve_commissions(along), strict=True):
        assert curved.rate == (None if constant.rate is None else pytest.approx(constant.rate))
        assert curved.binding is constant.binding


@given(
    paces=st.lists(st.floats(0.3, 1), min_size=1, max_size=40),
    ratio=st.floats(1, 5),
    payback=st.integers(3, 36),
    schedule=st.sampled_from(tuple(set(Schedule) - {Schedule.ONE_OFF, Schedule.FIRST_ORDER_SHARE, Schedule.HYBRID})),
)
def test_the_rate_uses_up_its_constraint_and_no_other(
    paces: list[float], ratio: float, payback: int, schedule: Schedule
) -> None:
    shares = [1.0]
    for pace in paces:
        shares.append(shares[-1] * pace)
    assumed = replace(WORKED, other_cost=1, target_ratio=ratio, payback=payback, curve=MonthlyCurve(tuple(shares)))
    found = solve_commission(assumed, schedule)
    assert found.rate is not None
    assert found.binding is not None
    assert found.rate == pytest.approx(found.limits[found.binding])
    assert all(slack >= -1e-9 for slack in found.slack.values())
    assert 0 < found.rate <= assumed.margin


def test_the_swing_of_the_curve_stands_among_the_others() -> None:
    low, high = (MonthlyCurve(tuple(pace**month for month in range(60))) for pace in (0.9, 0.97))
    along = replace(WORKED, curve=MonthlyCurve(tuple(0.95**month for month in range(60))))
    swings = {one.name: one for one in find_swings(along, {}, lambda one: find_ceiling(one).ltv, (low, high))}
    assert "churn" not in swings  # it moves nothing
    curve = swings[CURVE]
    # (1 - 0.9^60) / 0.1 and (1 - 0.97^60) / 0.03 months
    assert (curve.low, curve.high) == (pytest.approx(9.982, abs=5e-4), pytest.approx(27.973, abs=5e-4))
    assert curve.at_low < find_ceiling(along).ltv < curve.at_high
    assert curve.is_interval
