"""Periods relative to the end of the data, and their words."""

from datetime import date

import pytest

from kpi.period import Comparison, Grain, Period
from kpi.ui.presets import (
    Against,
    Preset,
    Step,
    against_in_words,
    custom_period,
    dates_in_words,
    offered_steps,
    preset_period,
)

DATA_END = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        (Preset.DAYS_30, date(2026, 10, 23), date(2026, 11, 22)),
        (Preset.DAYS_90, date(2026, 8, 24), date(2026, 11, 22)),
        (Preset.MONTHS_12, date(2025, 11, 22), date(2026, 11, 22)),
        (Preset.THIS_MONTH, date(2026, 11, 1), date(2026, 11, 22)),
        (Preset.LAST_MONTH, date(2026, 10, 1), date(2026, 11, 1)),
        (Preset.CUSTOM, date(2026, 8, 24), date(2026, 11, 22)),
    ],
)
def test_a_preset_ends_with_the_data(preset: Preset, start: date, end: date) -> None:
    assert preset_period(preset, DATA_END) == Period(start, end)


def test_a_month_that_has_just_ended_is_still_this_month() -> None:
    # Data up to 31 October: this month is the whole of October, last month September.
    assert preset_period(Preset.THIS_MONTH, date(2026, 11, 1)) == Period(date(2026, 10, 1), date(2026, 11, 1))
    assert preset_period(Preset.LAST_MONTH, date(2026, 11, 1)) == Period(date(2026, 9, 1), date(2026, 10, 1))


def test_custom_dates_include_both_days_in_either_order() -> None:
    expected = Period(date(2026, 3, 1), date(2026, 3, 6))
    assert custom_period(date(2026, 3, 1), date(2026, 3, 5)) == expected
    assert custom_period(date(2026, 3, 5), date(2026, 3, 1)) == expected


@pytest.mark.parametrize(
    ("start", "comparison", "words"),
    [
        (date(2026, 8, 24), Comparison.PREVIOUS, "the 90 days before"),
        (date(2026, 11, 21), Comparison.PREVIOUS, "the day before"),
        (date(2025, 11, 22), Comparison.PREVIOUS, "the 12 months before"),
        (date(2026, 8, 24), Comparison.LAST_YEAR, "the same days a year earlier"),
        (date(2026, 8, 24), None, ""),
    ],
)
def test_the_comparison_in_words(start: date, comparison: Comparison | None, words: str) -> None:
    assert against_in_words(Period(start, DATA_END), comparison) == words


def test_the_dates_in_words() -> None:
    period = preset_period(Preset.DAYS_90, DATA_END)
    assert dates_in_words(period, (Comparison.PREVIOUS,)) == "24 Aug – 21 Nov 2026, against the 90 days before"
    assert dates_in_words(period, Against.NOTHING.comparisons(period)) == "24 Aug – 21 Nov 2026"
    assert dates_in_words(period, Against.BOTH.comparisons(period)) == (
        "24 Aug – 21 Nov 2026, against the 90 days before and against the same days a year earlier"
    )


@pytest.mark.parametrize(
    ("against", "comparisons"),
    [
        (Against.PREVIOUS, (Comparison.PREVIOUS,)),
        (Against.LAST_YEAR, (Comparison.LAST_YEAR,)),
        (Against.BOTH, (Comparison.PREVIOUS, Comparison.LAST_YEAR)),
        (Against.NOTHING, ()),
    ],
)
def test_what_is_compared(against: Against, comparisons: tuple[Comparison, ...]) -> None:
    assert against.comparisons(preset_period(Preset.DAYS_90, DATA_END)) == comparisons


def test_the_period_before_a_year_is_last_year_and_told_once() -> None:
    assert Against.BOTH.comparisons(preset_period(Preset.MONTHS_12, DATA_END)) == (Comparison.PREVIOUS,)
    assert len(Against.BOTH.comparisons(Period.until(DATA_END, days=364))) == 2


@pytest.mark.parametrize(
    ("days", "offered"),
    [  # before 22 November 2026, a Sunday; with three to 400 steps each
        (2, ""),
        (3, "day"),
        (30, "day week"),  # October and November are two months
        (90, "day week month"),  # two quarters
        (365, "day week month quarter"),
        (400, "day week month quarter"),
        (401, "week month quarter"),
        (2_790, "week month quarter"),
        (2_900, "month quarter"),
    ],
)
def test_a_step_is_offered_where_a_course_can_be_seen(days: int, offered: str) -> None:
    automatic, *steps = offered_steps(Period.until(DATA_END, days=days))
    assert (automatic, automatic.grain) == (Step.AUTOMATIC, None)
    assert [step.grain for step in steps] == [Grain(name) for name in offered.split()]
