"""Options that several commands take: the days of a period, JSON."""

from datetime import date, datetime
from typing import Annotated, Final

import typer

from kpi.errors import QuestionError
from kpi.period import Period

# Far enough from the ends of the calendar that every comparison has its days.
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2200, 1, 1)

FirstDay = Annotated[datetime, typer.Option("--from", metavar="DAY", formats=["%Y-%m-%d"], help="First day.")]
DayAfter = Annotated[
    datetime, typer.Option("--to", metavar="DAY", formats=["%Y-%m-%d"], help="The day after the last one.")
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def asked_period(start: datetime, end: datetime) -> Period:
    """The days from the first to the one before the end; `QuestionError` when there is none, or no data can be."""
    return Period(require_day(start), require_day(end))


def require_day(moment: datetime) -> date:
    """The day of a moment; `QuestionError` when no data can be so far away."""
    day = moment.date()
    if not EARLIEST <= day <= LATEST:
        raise QuestionError(f"No data is so far away: choose days from {EARLIEST} to {LATEST}.")
    return day
