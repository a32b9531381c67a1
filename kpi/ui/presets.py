"""The periods and comparisons that a reader chooses from, relative to the end of the data."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from kpi.language import all_of, mark, translate, translate_plural
from kpi.period import Comparison, Grain, Period, year_before
from kpi.ui import format as fmt

FEWEST_STEPS, MOST_STEPS = 3, 400  # of a trend: with fewer no course can be seen, more are finer than the screen


class Preset(StrEnum):
    """A period by its name, as it is shown and as it stands in the URL, both translated."""

    DAYS_30 = mark("Last 30 days")
    DAYS_90 = mark("Last 90 days")
    MONTHS_12 = mark("Last 12 months")
    THIS_MONTH = mark("This month so far")
    LAST_MONTH = mark("Last month")
    CUSTOM = mark("Custom dates")


class Against(StrEnum):
    """What the period is compared with, or nothing, as it is shown and as it stands in the URL, both translated."""

    PREVIOUS = mark("Period before")
    LAST_YEAR = mark("Same days last year")
    BOTH = mark("Before and last year")
    NOTHING = mark("Nothing")

    def comparisons(self, period: Period) -> tuple[Comparison, ...]:
        """The comparisons meant, that of which answers speak first; before a year lies last year, told once."""
        if self is Against.NOTHING:
            return ()
        if self is Against.BOTH:
            return (Comparison.PREVIOUS,) if _is_year(period) else (Comparison.PREVIOUS, Comparison.LAST_YEAR)
        return (Comparison[self.name],)


class Step(StrEnum):
    """The step of a trend that a reader may choose, as it is shown and as it stands in the URL, both translated."""

    AUTOMATIC = mark("Auto")
    DAY = mark("Day")
    WEEK = mark("Week")
    MONTH = mark("Month")
    QUARTER = mark("Quarter")

    @property
    def grain(self) -> Grain | None:
        """The grain meant; None where it follows the period."""
        return None if self is Step.AUTOMATIC else Grain[self.name]


def offered_steps(period: Period) -> list[Step]:
    """The steps in which a trend over the period can be read, the automatic one first."""
    return [
        Step.AUTOMATIC,
        *(Step[grain.name] for grain in Grain if FEWEST_STEPS <= len(period.steps(grain)) <= MOST_STEPS),
    ]


def preset_period(preset: Preset, data_end: date) -> Period:
    """The days of a preset, given the day after the last one with data; custom dates begin as the last 90 days."""
    last_day = data_end - timedelta(days=1)
    month = last_day.replace(day=1)
    if preset is Preset.DAYS_30:
        return Period.until(data_end, days=30)
    if preset is Preset.MONTHS_12:
        return Period(year_before(data_end), data_end)
    if preset is Preset.THIS_MONTH:
        return Period(month, data_end)
    if preset is Preset.LAST_MONTH:
        return Period((month - timedelta(days=1)).replace(day=1), month)
    return Period.until(data_end, days=90)


def custom_period(first: date, last: date) -> Period:
    """The days from one date to the other, both included, whichever comes first."""
    return Period(min(first, last), max(first, last) + timedelta(days=1))


def against_in_words(period: Period, comparison: Comparison | None) -> str:
    """What a change is measured against, as a name: "the 90 days before"; empty without a comparison."""
    if comparison is None:
        return ""
    if comparison is Comparison.LAST_YEAR:
        return translate("the same days a year earlier")
    if _is_year(period):
        return translate("the 12 months before")
    return translate_plural("the day before", "the {count} days before", period.days, count=fmt.count(period.days))


def against_clause(period: Period, comparison: Comparison | None) -> str:
    """The same within a sentence: "against the 90 days before"; empty without a comparison."""
    if comparison is None:
        return ""
    if comparison is Comparison.LAST_YEAR:
        return translate("against the same days a year earlier")
    if _is_year(period):
        return translate("against the 12 months before")
    return translate_plural(
        "against the day before", "against the {count} days before", period.days, count=fmt.count(period.days)
    )


def against_in_short(comparison: Comparison) -> str:
    """The comparison where there is no room: "before" or "a year earlier"."""
    return translate("a year earlier") if comparison is Comparison.LAST_YEAR else translate("before")


def since_in_short(comparison: Comparison) -> str:
    """The same in a change that is told: up 12 "on the period before" or "on a year earlier"."""
    return translate("on a year earlier") if comparison is Comparison.LAST_YEAR else translate("on the period before")


def against_in_heading(comparison: Comparison) -> str:
    """The comparison over a column of changes, beside one of another: "vs last year"."""
    return translate("vs last year") if comparison is Comparison.LAST_YEAR else translate("vs period before")


def dates_in_words(period: Period, comparisons: Sequence[Comparison]) -> str:
    """The period and what it is compared with, as a line: "24 Aug – 21 Nov 2026, against the 90 days before"."""
    days, against = fmt.begin(fmt.days(period)), [against_clause(period, comparison) for comparison in comparisons]
    return translate("{days}, {against}", days=days, against=all_of(against)) if against else days


def _is_year(period: Period) -> bool:
    return period.days in (365, 366)
