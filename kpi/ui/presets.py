"""The periods and comparisons that a reader chooses from, relative to the end of the data."""

from datetime import date, timedelta
from enum import StrEnum

from kpi.period import Comparison, Period, year_before
from kpi.ui import format as fmt


class Preset(StrEnum):
    """A period by its name, as it is shown and as it stands in the URL."""

    DAYS_30 = "Last 30 days"
    DAYS_90 = "Last 90 days"
    MONTHS_12 = "Last 12 months"
    THIS_MONTH = "This month so far"
    LAST_MONTH = "Last month"
    CUSTOM = "Custom dates"


class Against(StrEnum):
    """What the period is compared with, or nothing, as it is shown and as it stands in the URL."""

    PREVIOUS = "Period before"
    LAST_YEAR = "Same days last year"
    NOTHING = "Nothing"

    @property
    def comparison(self) -> Comparison | None:
        """The comparison meant; None for nothing."""
        return {Against.PREVIOUS: Comparison.PREVIOUS, Against.LAST_YEAR: Comparison.LAST_YEAR}.get(self)


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
    """What a change is measured against: "the 90 days before"; empty without a comparison."""
    if comparison is None:
        return ""
    if comparison is Comparison.LAST_YEAR:
        return "the same days a year earlier"
    if period.days in (365, 366):
        return "the 12 months before"
    return "the day before" if period.days == 1 else f"the {fmt.count(period.days)} days before"


def against_in_short(comparison: Comparison) -> str:
    """The comparison where there is no room: "before" or "a year earlier"."""
    return "a year earlier" if comparison is Comparison.LAST_YEAR else "before"


def dates_in_words(period: Period, comparison: Comparison | None) -> str:
    """The period and its comparison: "24 Aug – 21 Nov 2026, against the 90 days before"."""
    against = against_in_words(period, comparison)
    return f"{fmt.days(period)}, against {against}" if against else fmt.days(period)
