"""Days in words, as each language writes them; the names of months are Babel's."""

from datetime import date
from typing import Final

from babel.dates import format_date, get_day_names

from kpi.language import spoken

DAY: Final = "d MMM y"
MONTH: Final = "MMMM y"
ORDINALS: Final = {"fr": "er"}  # follows the first of a month


def day_in_words(day: date, pattern: str = DAY) -> str:
    """A day in one of Babel's patterns, in the language spoken: 21 Nov 2026."""
    written = format_date(day, pattern, locale=spoken())
    return f"1{ORDINALS.get(spoken(), '')}{written[1:]}" if day.day == 1 else written


def month_in_words(day: date) -> str:
    """The month of a day, written out in the language spoken: November 2026."""
    return format_date(day, MONTH, locale=spoken())


def weekdays_in_words() -> tuple[tuple[str, str], ...]:
    """The days of the week in the language spoken, short and in full, Monday first."""
    short, full = (get_day_names(width, locale=spoken()) for width in ("abbreviated", "wide"))
    return tuple((short[day], full[day]) for day in range(7))
