"""Half-open periods, what they are compared with and how they are cut."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.errors import QuestionError
from kpi.period import Comparison, Grain, Period, is_whole, year_before

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
periods = st.builds(lambda start, length: Period(start, start + timedelta(days=length)), days, st.integers(1, 800))


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def test_the_start_is_in_and_the_end_is_not() -> None:
    october = period("2026-10-01", "2026-11-01")
    assert (october.days, october.last_day) == (31, date(2026, 10, 31))


@pytest.mark.parametrize("end", ["2026-10-01", "2026-09-30"])
def test_a_period_without_a_day_is_refused(end: str) -> None:
    with pytest.raises(QuestionError, match=f"2026-10-01 to {end} holds no day.* Choose a later end"):
        period("2026-10-01", end)


def test_until_counts_the_days_before_the_end() -> None:
    assert Period.until(date(2026, 3, 1), days=30) == period("2026-01-30", "2026-03-01")
    with pytest.raises(QuestionError, match="holds no day"):
        Period.until(date(2026, 3, 1), days=0)


@pytest.mark.parametrize(("data_end", "complete"), [("2026-10-31", False), ("2026-11-01", True), ("2026-11-02", True)])
def test_complete_from_the_day_after_the_last(data_end: str, complete: bool) -> None:
    assert period("2026-10-01", "2026-11-01").is_complete(date.fromisoformat(data_end)) is complete


@given(periods)
def test_the_previous_period_is_as_long_and_ends_where_this_one_starts(asked: Period) -> None:
    previous = asked.compared(Comparison.PREVIOUS)
    assert (previous.days, previous.end) == (asked.days, asked.start)


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (("2026-10-01", "2026-11-01"), ("2025-10-01", "2025-11-01")),
        (("2024-02-01", "2024-03-01"), ("2023-02-01", "2023-03-01")),  # all of February, leap day or not
        (("2025-02-01", "2025-03-01"), ("2024-02-01", "2024-03-01")),
        (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-03-01")),  # 1 to 28 February
        (("2024-02-28", "2024-02-29"), ("2023-02-28", "2023-03-01")),  # 28 February alone
        (("2024-02-29", "2024-03-01"), ("2023-02-28", "2023-03-01")),  # the leap day stands beside the 28th
        (("2024-02-29", "2024-03-15"), ("2023-02-28", "2023-03-15")),
        (("2023-12-20", "2024-02-29"), ("2022-12-20", "2023-03-01")),
    ],
)
def test_the_same_days_last_year(asked: tuple[str, str], before: tuple[str, str]) -> None:
    assert period(*asked).compared(Comparison.LAST_YEAR) == period(*before)


@given(periods)
def test_last_year_has_the_same_days_but_for_leap_days(asked: Period) -> None:
    before = asked.compared(Comparison.LAST_YEAR)
    assert before.start == year_before(asked.start)
    assert before.last_day in {year_before(asked.last_day), year_before(asked.end) - timedelta(days=1)}
    assert abs(before.days - asked.days) <= 1


def test_a_year_before() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_before(date(2025, 2, 28)) == date(2024, 2, 28)


@given(periods, st.sampled_from(Grain))
def test_steps_cover_the_period_exactly(asked: Period, grain: Grain) -> None:
    steps = asked.steps(grain)
    assert (steps[0].start, steps[-1].end) == (asked.start, asked.end)
    assert [step.end for step in steps[:-1]] == [step.start for step in steps[1:]]
    assert sum(step.days for step in steps) == asked.days


@given(periods)
def test_inner_edges_are_mondays_and_firsts_of_months_and_quarters(asked: Period) -> None:
    assert {step.days for step in asked.steps(Grain.DAY)} == {1}
    assert {step.start.isoweekday() for step in asked.steps(Grain.WEEK)[1:]} <= {1}
    assert {step.start.day for step in asked.steps(Grain.MONTH)[1:]} <= {1}
    assert all(step.days <= 7 for step in asked.steps(Grain.WEEK))
    assert all((s.start.year, s.start.month) == (s.last_day.year, s.last_day.month) for s in asked.steps(Grain.MONTH))
    quarters = asked.steps(Grain.QUARTER)
    assert {(step.start.month, step.start.day) for step in quarters[1:]} <= {(1, 1), (4, 1), (7, 1), (10, 1)}
    assert all((s.start.month - 1) // 3 == (s.last_day.month - 1) // 3 and s.days <= 92 for s in quarters)


@given(periods, st.sampled_from(Grain))
def test_all_steps_but_the_first_and_last_are_whole(asked: Period, grain: Grain) -> None:
    steps = asked.steps(grain)
    assert all(is_whole(step, grain) for step in steps[1:-1])


def test_the_first_and_last_step_are_cut_short() -> None:
    # 2026-12-30 is a Wednesday; the year turns inside the first ISO week and the first month ends with it.
    asked = period("2026-12-30", "2027-02-02")
    assert asked.steps(Grain.MONTH) == (
        period("2026-12-30", "2027-01-01"),
        period("2027-01-01", "2027-02-01"),
        period("2027-02-01", "2027-02-02"),
    )
    weeks = asked.steps(Grain.WEEK)
    assert [step.days for step in weeks] == [5, 7, 7, 7, 7, 1]
    assert asked.steps(Grain.QUARTER) == (period("2026-12-30", "2027-01-01"), period("2027-01-01", "2027-02-02"))


@pytest.mark.parametrize(
    ("step", "grain", "expected"),
    [
        (period("2026-03-01", "2026-04-01"), Grain.MONTH, True),
        (period("2026-02-01", "2026-03-01"), Grain.MONTH, True),  # 28 days are all of February
        (period("2026-03-01", "2026-03-31"), Grain.MONTH, False),  # and 30 not all of March
        (period("2026-03-02", "2026-04-01"), Grain.MONTH, False),
        (period("2026-03-15", "2026-04-15"), Grain.MONTH, False),
        (period("2026-03-02", "2026-03-09"), Grain.WEEK, True),  # Monday to Sunday
        (period("2026-03-03", "2026-03-09"), Grain.WEEK, False),
        (period("2026-03-04", "2026-03-05"), Grain.DAY, True),
        (period("2026-01-01", "2026-04-01"), Grain.QUARTER, True),  # 90 days
        (period("2026-07-03", "2026-10-01"), Grain.QUARTER, False),  # 90 days, too
        (period("2026-02-01", "2026-05-01"), Grain.QUARTER, False),
    ],
)
def test_a_step_is_whole_when_it_is_all_of_its_kind(step: Period, grain: Grain, expected: bool) -> None:
    assert is_whole(step, grain) is expected
