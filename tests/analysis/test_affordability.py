"""What a customer may cost, against the worked example, against published numbers, and for any assumptions."""

import json
from dataclasses import replace
from math import isfinite
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.analysis import (
    BOUNDS,
    Assumptions,
    Commission,
    Constraint,
    Schedule,
    Shortfall,
    expected_months,
    find_ceiling,
    lifetime_value,
    solve_commission,
    solve_commissions,
)
from kpi.analysis.lifetime_value import payback_time
from kpi.analysis.obstacle import Obstacle

# arpa 100, margin 80 %, churn 5 %, nothing discounted, 50 besides commission, 3 : 1, back in 12 months; so long a
# horizon that none of the lifetime is cut off: 0.95^1200 = 2e-27
WORKED = Assumptions(
    arpa=100,
    margin=0.8,
    churn=0.05,
    other_cost=50,
    discount=0,
    target_ratio=3,
    payback=12,
    horizon=1_200,
    first_order=1_000,
)


def test_the_ceiling_of_the_worked_example() -> None:
    found = find_ceiling(WORKED)
    assert found.ltv == pytest.approx(1_600)  # 80 / 0.05
    assert found.cap_value == pytest.approx(533.33, abs=0.005)  # 1600 / 3
    assert found.cap_payback == pytest.approx(735.42, abs=0.005)  # 80 (1 - 0.95^12) / 0.05; not 12 · 80 = 960
    assert found.max_acquisition_cost == found.cap_value
    assert found.for_commission == pytest.approx(483.33, abs=0.005)
    assert (found.binding, found.shortfall) == (Constraint.VALUE, None)


@pytest.mark.parametrize(
    ("schedule", "rate"),
    [
        (Schedule.RECURRING, 0.526),  # 483.33 / (100 · 9.1928)
        (Schedule.LIFETIME, 0.242),  # 483.33 / (100 · 20)
        (Schedule.DEGRESSIVE, 0.414),  # 483.33 / (100 · (9.1928 + 0.5 · 4.9674))
        (Schedule.GEOMETRIC, 0.701),  # 483.33 / (100 · 6.8966)
        (Schedule.FIRST_ORDER_SHARE, 0.483),  # 483.33 / 1000
        (Schedule.HYBRID, 0.263),  # half of 483.33 at once, the other half as a share for 12 months
    ],
)
def test_the_rates_of_the_worked_example(schedule: Schedule, rate: float) -> None:
    found = solve_commission(WORKED, schedule)
    assert found.rate == pytest.approx(rate, abs=0.0005)
    assert found.binding is Constraint.VALUE
    assert cost_of(WORKED, found) == pytest.approx(483.33, abs=0.005)


def test_the_one_off_of_the_worked_example_and_its_slack() -> None:
    found = solve_commission(WORKED, Schedule.ONE_OFF)
    assert (found.rate, found.amount) == (None, pytest.approx(483.33, abs=0.005))
    # payback alone would allow 735.42 - 50 = 685.42
    assert found.slack == {Constraint.PAYBACK: pytest.approx(735.42 - 533.33, abs=0.01)}


def test_a_floor_binds_where_rates_are_high() -> None:
    # 0.8 - 0.2 leaves 60 %: below the 70.1 % of the geometric schedule, above the 52.6 % of 12 months
    floored = replace(WORKED, floor=0.2)
    assert solve_commission(floored, Schedule.GEOMETRIC).binding is Constraint.MARGIN_FLOOR
    assert solve_commission(floored, Schedule.GEOMETRIC).rate == pytest.approx(0.6)
    assert solve_commission(floored, Schedule.RECURRING).binding is Constraint.VALUE


def test_payback_binds_where_it_is_short() -> None:
    # 80 (1 - 0.95^3) / 0.05 = 228.2
    found = find_ceiling(replace(WORKED, payback=3))
    assert (found.binding, found.max_acquisition_cost) == (Constraint.PAYBACK, pytest.approx(228.2))


def test_the_value_of_a_published_example() -> None:
    # Farris et al., Marketing Metrics (UVA Darden): 17.95 · 1.01 / (1.01 - 0.995) = 1208.63, printed as 1209 with a
    # multiplier rounded to 67.33
    assert lifetime_value(19.95 - 1.5 - 6 / 12, 0.005, discount=0.01, months=12_000) == pytest.approx(1_209, abs=0.5)
    # half as much spent on retention, twice as many leave: 18.20 · 1.01 / 0.02 = 919.10
    assert lifetime_value(19.95 - 1.5 - 3 / 12, 0.01, discount=0.01, months=12_000) == pytest.approx(919.10)


@pytest.mark.parametrize(
    ("churn", "months", "expected"),
    [
        (0, 7, 7),  # nobody leaves: the horizon caps it
        (1e-15, 7, 7),
        (1, 7, 1),  # everybody leaves after the first month
        (0.5, 1, 1),
        (0.5, 3, 1.75),
    ],
)
def test_months_that_a_customer_stays(churn: float, months: int, expected: float) -> None:
    assert expected_months(churn, months=months) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("changed", "shortfall"),
    [
        ({"arpa": 0}, Shortfall.NO_REVENUE),
        ({"margin": 0}, Shortfall.NO_MARGIN),
        ({"margin": -0.3}, Shortfall.NO_MARGIN),
        ({"other_cost": 534}, Shortfall.OTHER_COST),
        ({"churn": 1, "other_cost": 27}, Shortfall.OTHER_COST),  # 80 / 3 = 26.67 is all a customer may cost
    ],
)
def test_nothing_can_be_paid_and_why(changed: dict[str, float], shortfall: Shortfall) -> None:
    assumed = replace(WORKED, **changed)  # type: ignore[arg-type]
    found = find_ceiling(assumed)
    assert (found.for_commission, found.shortfall) == (0, shortfall)
    for commission in solve_commissions(assumed):
        assert (commission.rate or 0, commission.amount or 0) == (0, 0)
        assert commission.shortfall in (shortfall, Shortfall.NO_REVENUE)


@pytest.mark.parametrize("value", [None, 0])
def test_no_first_order_has_no_share(value: float | None) -> None:
    found = solve_commission(replace(WORKED, first_order=value), Schedule.FIRST_ORDER_SHARE)
    assert (found.rate, found.binding, found.shortfall, found.slack) == (0, None, Shortfall.NO_FIRST_ORDER, {})


def test_a_floor_above_the_margin_allows_no_rate_but_an_amount() -> None:
    assumed = replace(WORKED, floor=0.9)
    assert solve_commission(assumed, Schedule.RECURRING).shortfall is Shortfall.FLOOR
    assert solve_commission(assumed, Schedule.RECURRING).rate == 0
    assert solve_commission(assumed, Schedule.ONE_OFF).amount == pytest.approx(483.33, abs=0.005)


@pytest.mark.parametrize(
    ("name", "value"),
    [("margin", 1.01), ("churn", -0.1), ("churn", 1.5), ("horizon", 0), ("payback", 2.5), ("target_ratio", 0)],
)
def test_what_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"^{name} is from"):
        replace(WORKED, **{name: value})  # type: ignore[arg-type]


def _between(name: str, low: float | None = None, high: float | None = None) -> st.SearchStrategy[float]:
    bounds = BOUNDS[name]
    first, last = low if low is not None else bounds.low, high if high is not None else bounds.high
    return st.integers(int(first), int(last)) if bounds.is_whole else st.floats(first, last)


def _assumptions(**kept: st.SearchStrategy[float]) -> st.SearchStrategy[Assumptions]:
    ranges: dict[str, Any] = {name: _between(name) for name in BOUNDS}
    return st.builds(Assumptions, **{**ranges, "first_order": st.none() | _between("first_order"), **kept})


ANY = _assumptions()
USUAL = _assumptions(
    arpa=st.floats(1, 1_000),
    margin=st.floats(0.05, 1),
    churn=st.floats(0, 0.5),
    other_cost=st.floats(0, 100),
    target_ratio=st.floats(1, 10),
    payback=st.integers(1, 60),
    horizon=st.integers(1, 120),
    first_order=st.floats(1, 1_000),
)


def _numbers(found: Commission) -> list[float]:
    told = [found.rate, found.amount, *found.limits.values(), *found.slack.values()]
    return [number for number in told if number is not None]


@given(ANY)
def test_any_assumptions_have_an_answer_in_finite_numbers(assumed: Assumptions) -> None:
    ceiling = find_ceiling(assumed)
    assert all(map(isfinite, (ceiling.ltv, ceiling.cap_value, ceiling.cap_payback)))
    assert ceiling.max_acquisition_cost >= ceiling.for_commission >= 0
    assert (ceiling.shortfall is None) == (ceiling.for_commission > 0)
    for found in solve_commissions(assumed):
        assert all(map(isfinite, _numbers(found)))
        paid = found.amount if found.rate is None else found.rate
        assert paid is not None
        assert paid >= 0
        assert json.dumps(_numbers(found), allow_nan=False)


@given(USUAL)
def test_the_answer_makes_its_constraint_tight_and_violates_none(assumed: Assumptions) -> None:
    assume(find_ceiling(assumed).shortfall is None and assumed.margin > assumed.floor)
    for found in solve_commissions(assumed):
        assert found.shortfall is None
        assert found.binding is not None
        slacks = _slacks(assumed, found)
        scale = max(1.0, find_ceiling(assumed).ltv)
        assert abs(slacks[found.binding]) < 1e-9 * scale
        assert min(slacks.values()) > -1e-9 * scale


def _slacks(assumed: Assumptions, found: Commission) -> dict[Constraint, float]:
    """What is left of each constraint, month by month rather than in closed form."""
    weights = [_weight(assumed, found.schedule, month) for month in range(max(assumed.horizon, assumed.payback))]
    monthly, discount = assumed.arpa * (found.rate or 0), 1 + assumed.monthly_discount
    once = (found.amount or 0) + assumed.other_cost
    if found.schedule is Schedule.FIRST_ORDER_SHARE:
        once, monthly = once + (found.rate or 0) * (assumed.first_order or 0), 0.0
    stay = [(1 - assumed.churn) ** month for month in range(len(weights))]
    value = sum(assumed.monthly_margin * stay[month] / discount**month for month in range(assumed.horizon))
    value_cost = sum(monthly * weights[month] * stay[month] / discount**month for month in range(assumed.horizon))
    payback = sum(stay[month] * (assumed.monthly_margin - monthly * weights[month]) for month in range(assumed.payback))
    slacks = {
        Constraint.VALUE: value / assumed.target_ratio - value_cost - once,
        Constraint.PAYBACK: payback - once,
    }
    if found.rate is not None:
        slacks[Constraint.MARGIN_FLOOR] = assumed.margin - assumed.floor - found.rate
    return slacks


def cost_of(assumed: Assumptions, found: Commission) -> float:
    """What a commission costs per customer, discounted, month by month."""
    without = replace(found, rate=0.0, amount=0.0)
    return _slacks(assumed, without)[Constraint.VALUE] - _slacks(assumed, found)[Constraint.VALUE]


def _weight(assumed: Assumptions, schedule: Schedule, month: int) -> float:
    if schedule is Schedule.GEOMETRIC:
        return assumed.rho**month
    if schedule is Schedule.DEGRESSIVE:
        return (1.0, 0.5)[month // 12] if month < 24 else 0.0
    if schedule is Schedule.LIFETIME:
        return 1.0
    return float(month < 12 and schedule in (Schedule.RECURRING, Schedule.HYBRID))


@given(USUAL, st.data())
def test_a_better_customer_may_cost_more(assumed: Assumptions, data: st.DataObject) -> None:
    better = replace(
        assumed,
        margin=data.draw(st.floats(assumed.margin, 1)),
        churn=data.draw(st.floats(0, assumed.churn)),
        target_ratio=data.draw(st.floats(1, assumed.target_ratio)),
    )
    least, most = find_ceiling(assumed), find_ceiling(better)
    assert most.max_acquisition_cost >= least.max_acquisition_cost * (1 - 1e-12)
    for worse, found in zip(solve_commissions(assumed), solve_commissions(better), strict=True):
        if found.schedule in (Schedule.ONE_OFF, Schedule.FIRST_ORDER_SHARE):
            paid, before = (one.amount if one.rate is None else one.rate for one in (found, worse))
            assert paid is not None
            assert before is not None
            assert paid >= before - 1e-9 * max(1, before)


@given(USUAL, st.floats(0, 500), st.floats(0, 500))
def test_a_dearer_customer_pays_back_later(assumed: Assumptions, one: float, other: float) -> None:
    soon, late = (payback_time(cost, assumed.monthly_margin, assumed.churn) for cost in sorted((one, other)))
    assert late is Obstacle.NEVER or float(soon) <= float(late)


@given(USUAL, st.floats(1e-3, 0.5))
def test_paid_at_the_start_is_one_margin_more_than_at_the_end(assumed: Assumptions, churn: float) -> None:
    margin, discount = assumed.monthly_margin, assumed.monthly_discount
    at_start = lifetime_value(margin, churn, discount=discount, months=60_000)
    at_end = lifetime_value(margin, churn, discount=discount, months=60_000, is_paid_at_end=True)
    assert at_start - at_end == pytest.approx(margin, rel=1e-9)
