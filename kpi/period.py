"""Calendar periods of the business time zone, half-open: `start` is in, `end` is not."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from kpi.errors import QuestionError


class Comparison(StrEnum):
    """What a period is compared with."""

    PREVIOUS = "previous"
    LAST_YEAR = "last-year"


class Grain(StrEnum):
    """The step of a trend."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


DAYS = {Grain.DAY: 1, Grain.WEEK: 7}
MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days `start` ≤ day < `end`; `QuestionError` when there is none."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period without a day."""
        if self.start >= self.end:
            raise QuestionError(
                f"The period {self.start} to {self.end} holds no day: the end is not part of it. Choose a later end."
            )

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    @classmethod
    def until(cls, end: date, *, days: int) -> Self:
        """The `days` days before `end`."""
        return cls(end - timedelta(days=days), end)

    def compared(self, comparison: Comparison) -> "Period":
        """The period to compare with: as many days just before, or the same days a year earlier."""
        if comparison is Comparison.PREVIOUS:
            return Period(self.start - timedelta(days=self.days), self.start)
        # An end on 29 February must not become the 28th: that day would be lost, and 28 February alone left empty.
        is_leap_day = (self.end.month, self.end.day) == (2, 29)
        end = date(self.end.year - 1, 3, 1) if is_leap_day else year_before(self.end)
        return Period(year_before(self.start), end)

    def is_complete(self, data_end: date) -> bool:
        """Whether data that stops before the day `data_end` covers the whole period."""
        return self.end <= data_end

    def steps(self, grain: Grain) -> tuple["Period", ...]:
        """The period cut into days, ISO weeks, calendar months or quarters; first and last step may be cut short."""
        edges = [self.start]
        while (following := next_edge(edges[-1], grain)) < self.end:
            edges.append(following)
        return tuple(Period(start, end) for start, end in zip(edges, [*edges[1:], self.end], strict=True))


def is_whole(step: Period, grain: Grain) -> bool:
    """Whether a step is a whole day, ISO week, calendar month or quarter, which neither end of a period cuts short."""
    return step.start == _first_day(step.start, grain) and step.end == next_edge(step.start, grain)


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 1 March's eve, the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _first_day(day: date, grain: Grain) -> date:
    """The first day of the step that holds `day`."""
    if grain is Grain.DAY:
        return day
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(month=day.month - (day.month - 1) % MONTHS[grain], day=1)


def next_edge(day: date, grain: Grain) -> date:
    """The first day of the step after the one that holds `day`."""
    first = _first_day(day, grain)
    if grain in DAYS:
        return first + timedelta(days=DAYS[grain])
    months = first.month - 1 + MONTHS[grain]
    return date(first.year + months // 12, months % 12 + 1, 1)
