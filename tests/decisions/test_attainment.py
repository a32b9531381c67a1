"""The target of a period, by hand, and how a value stands beside it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.decisions import Change, PeriodTarget, Target, Targets, attainment, pace, target_for
from kpi.metrics import METRICS, Better
from kpi.period import Period

ORDERS, COST = METRICS["orders"], METRICS["programme_cost"]
OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))
FRANCE = ("country_code", "FR")


def targets_of(*targets: Target) -> Targets:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Targets(
        Change(entry_id=number, recorded_at=at, who="nina", before=None, after=target)
        for number, target in enumerate(targets, 1)
    )


def monthly(metric: str, *values: int, segment: tuple[str, str] | None = None) -> Targets:
    """October, November, December."""
    months: Iterable[date] = (OCTOBER, NOVEMBER, DECEMBER)
    pairs = zip(months, values, strict=False)
    return targets_of(
        *(Target(metric=metric, month=month, value=Decimal(value), segment=segment) for month, value in pairs)
    )


def test_a_sum_has_the_targets_of_its_months_by_their_days() -> None:
    targets = monthly("orders", 310, 300, 620)
    whole = Period(OCTOBER, date(2027, 1, 1))
    assert target_for(targets, ORDERS, whole) == PeriodTarget(value=Decimal(1230))
    # 20 to 31 October: 12 of 31 days of 310; November: 300; 1 to 10 December: 10 of 31 days of 620
    cut = Period(date(2026, 10, 20), date(2026, 12, 11))
    assert target_for(targets, ORDERS, cut).value == Decimal(120 + 300 + 200)
    assert target_for(targets, ORDERS, Period(NOVEMBER, date(2026, 11, 2))).value == Decimal(10)


def test_the_months_without_a_target_are_named() -> None:
    targets = monthly("orders", 310)
    found = target_for(targets, ORDERS, Period(date(2026, 9, 30), date(2026, 12, 2)))
    assert found == PeriodTarget(value=None, missing=(date(2026, 9, 1), NOVEMBER, DECEMBER))
    assert target_for(Targets(), METRICS["activation_rate"], Period(OCTOBER, NOVEMBER)).missing == (OCTOBER,)


@pytest.mark.parametrize("name", ["active_ambassadors", "acquisition_cost", "net_promoter_score"])
def test_a_level_or_a_rate_has_the_target_of_its_last_day(name: str) -> None:
    targets = monthly(name, 10, 20, 30)
    for end, value in [(NOVEMBER, 10), (date(2026, 11, 2), 20), (DECEMBER, 20), (date(2026, 12, 15), 30)]:
        assert target_for(targets, METRICS[name], Period(date(2026, 1, 1), end)).value == value


def test_distinct_people_have_a_target_within_one_month_only() -> None:
    targets = monthly("acting_customers", 10, 20, 30)
    people = METRICS["acting_customers"]
    assert target_for(targets, people, Period(OCTOBER, NOVEMBER)).value == 10
    assert target_for(targets, people, Period(NOVEMBER, date(2026, 11, 16))).value == 20
    assert target_for(targets, people, Period(OCTOBER, DECEMBER)) == PeriodTarget()


def test_a_filter_has_the_target_of_its_segment() -> None:
    targets = targets_of(
        Target(metric="orders", month=NOVEMBER, value=Decimal(300)),
        Target(metric="orders", month=NOVEMBER, value=Decimal(30), segment=FRANCE),
    )
    november = Period(NOVEMBER, DECEMBER)
    assert target_for(targets, ORDERS, november, {}).value == 300
    assert target_for(targets, ORDERS, november, {"country_code": ()}).value == 300
    assert target_for(targets, ORDERS, november, {"country_code": ("FR",)}).value == 30
    assert target_for(targets, ORDERS, november, {"country_code": ("BE",)}) == PeriodTarget(missing=(NOVEMBER,))
    for several in ({"country_code": ("FR", "BE")}, {"country_code": ("FR",), "sector": ("hotel",)}):
        assert target_for(targets, ORDERS, november, several) == PeriodTarget()


days = st.dates(OCTOBER, date(2026, 12, 31))


@given(st.lists(days, min_size=3, max_size=3, unique=True), st.tuples(*[st.integers(0, 10**9)] * 3))
def test_targets_of_disjoint_periods_add_up(edges: list[date], values: tuple[int, int, int]) -> None:
    start, middle, end = sorted(edges)
    targets = monthly("orders", *values)
    parts = [target_for(targets, ORDERS, period).value for period in (Period(start, middle), Period(middle, end))]
    whole = target_for(targets, ORDERS, Period(start, end)).value
    assert whole is not None
    assert sum(part for part in parts if part is not None) == pytest.approx(whole, abs=Decimal("1e-9"))


@pytest.mark.parametrize(
    ("value", "target", "better", "is_met", "share"),
    [
        (90, 100, Better.UP, False, 0.9),
        (100, 100, Better.UP, True, 1.0),
        (150, 100, Better.UP, True, 1.5),
        (0, 100, Better.UP, False, 0.0),
        (-5, 100, Better.UP, False, None),
        (10, 0, Better.UP, True, None),
        (-5, -10, Better.UP, True, None),
        (80, 100, Better.DOWN, True, 1.25),  # a ceiling of 100 with 20 to spare
        (100, 100, Better.DOWN, True, 1.0),
        (125, 100, Better.DOWN, False, 0.8),
        (0, 100, Better.DOWN, True, None),
        (5, 0, Better.DOWN, False, 0.0),
        (Decimal("0.03"), 0.03, Better.DOWN, True, 1.0),
    ],
)
def test_attainment(value: float, target: float, better: Better, is_met: bool, share: float | None) -> None:
    found = attainment(value, target, better)
    assert (found.is_met, found.share) == (is_met, pytest.approx(share) if share is not None else None)


def test_pace_is_what_the_days_that_are_over_ask_for() -> None:
    targets, november = monthly("orders", 310, 300), Period(NOVEMBER, DECEMBER)
    # 21 of 30 days of 300: 210 expected
    found = pace(200, targets, ORDERS, november, date(2026, 11, 22))
    assert found is not None
    assert (found.elapsed, found.days, found.expected, found.difference) == (21, 30, 210, -10)
    assert not found.is_ahead
    ahead = pace(Decimal("210.5"), targets, ORDERS, november, date(2026, 11, 22))
    assert ahead is not None
    assert (ahead.is_ahead, ahead.difference) == (True, Decimal("0.5"))
    # October is over, November has 15 of its 30 days: 310 + 150
    long = pace(0, targets, ORDERS, Period(OCTOBER, DECEMBER), date(2026, 11, 16))
    assert long is not None
    assert long.expected == 460


def test_spending_less_than_expected_is_ahead() -> None:
    targets, november = monthly("programme_cost", 0, 300), Period(NOVEMBER, DECEMBER)
    for spent, is_ahead in [(209, True), (210, True), (211, False)]:
        found = pace(spent, targets, COST, november, date(2026, 11, 22))
        assert found is not None
        assert found.is_ahead is is_ahead


@pytest.mark.parametrize("data_end", [date(2026, 10, 20), NOVEMBER, DECEMBER, date(2027, 1, 1)])
def test_there_is_no_pace_before_the_first_day_nor_after_the_last(data_end: date) -> None:
    targets = monthly("orders", 310, 300)
    assert pace(1, targets, ORDERS, Period(NOVEMBER, DECEMBER), data_end) is None


def test_there_is_no_pace_without_a_target_for_all_of_it_nor_for_a_level() -> None:
    middle = date(2026, 11, 16)
    assert pace(1, monthly("orders", 310, 300), ORDERS, Period(NOVEMBER, date(2026, 12, 2)), middle) is None
    assert pace(1, Targets(), ORDERS, Period(NOVEMBER, DECEMBER), middle) is None
    levels = monthly("active_ambassadors", 10, 20)
    assert pace(1, levels, METRICS["active_ambassadors"], Period(NOVEMBER, DECEMBER), middle) is None
