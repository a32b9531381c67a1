"""Three years of days in the business time zone, their seasons, and moments in whole seconds of UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from kpi.demo.draws import Floats, Integers
from kpi.period import year_before

BUSINESS_ZONE = ZoneInfo("Europe/Paris")
YEARS = 3
DAY = 86_400
YEAR = 365.25 * DAY
FOREVER = 1 << 40  # a moment that lies after every end: "not until further notice"

OPENING_HOUR, CLOSING_HOUR = 7, 23
WEEKDAY_WEIGHTS = (1.00, 0.92, 0.94, 0.98, 0.90, 1.06, 1.20)
SUMMER_LULL = 0.72
SEASONS: tuple[tuple[tuple[int, int], tuple[int, int], float], ...] = (
    ((1, 7), (2, 3), 1.65),  # winter sales
    ((6, 25), (7, 21), 1.50),  # summer sales
    ((11, 24), (11, 30), 1.85),  # the week of Black Friday
    ((12, 1), (12, 20), 1.70),  # Christmas
)
SALES = (SEASONS[0], SEASONS[1], SEASONS[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The days from `start` to the day before `today`; `midnights` holds each local midnight, the last one today's."""

    start: date
    today: date
    midnights: Integers
    season: Floats
    season_until: Floats

    @classmethod
    def until(cls, today: date) -> "Timeline":
        """The three years that end before `today`."""
        start = today
        for _ in range(YEARS):
            start = year_before(start)
        days = [start + timedelta(days=number) for number in range((today - start).days + 1)]
        midnights = [int(datetime.combine(day, time(), BUSINESS_ZONE).astimezone(UTC).timestamp()) for day in days]
        weights = np.array([_season_weight(day) for day in days[:-1]])
        season = weights / weights.mean()
        season_until = np.concatenate([[0.0], np.cumsum(season)])
        return cls(start=start, today=today, midnights=np.array(midnights), season=season, season_until=season_until)

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.season)

    @property
    def first(self) -> int:
        """The first moment."""
        return int(self.midnights[0])

    @property
    def end(self) -> int:
        """The moment at which `today` begins: nothing has happened from then on."""
        return int(self.midnights[-1])

    def date_of(self, day: int) -> date:
        """The date of a day's number, also beyond the end."""
        return self.start + timedelta(days=int(day))

    def day_of(self, moments: Integers) -> Integers:
        """The number of the local day in which each moment lies, kept within the three years."""
        return np.clip(np.searchsorted(self.midnights, moments, side="right") - 1, 0, self.days - 1)

    def on_days(self, draw: np.random.Generator, days: Integers) -> Integers:
        """A moment within the hours in which people are awake, on each of the days."""
        seconds = draw.triangular(OPENING_HOUR, 19.5, CLOSING_HOUR, len(days)) * 3_600
        return self.midnights[days] + seconds.astype(np.int64)

    def season_between(self, low: Integers, high: Integers) -> Floats:
        """Average days between two moments: a day of the sales counts more, a day in August less."""
        reach = np.interp(high, self.midnights, self.season_until) - np.interp(low, self.midnights, self.season_until)
        return np.maximum(reach, 0.0)

    def place(self, draw: np.random.Generator, low: Integers, high: Integers) -> Integers:
        """One moment between each `low` and `high` (kept before the end), more of them in busy seasons."""
        high = np.minimum(high, self.end)
        begin, finish = (np.interp(edge, self.midnights, self.season_until) for edge in (low, high))
        reached = begin + draw.random(len(low)) * (finish - begin)
        moments = np.interp(reached, self.season_until, self.midnights).astype(np.int64)
        return np.clip(self.on_days(draw, self.day_of(moments)), low, high - 1)

    def ramp(self, moments: Integers) -> Floats:
        """How far into the three years each moment lies, from 0 to 1."""
        return np.clip((moments - self.first) / (self.end - self.first), 0.0, 1.0)

    def stamps(self, moments: Integers) -> pl.Series:
        """UTC timestamps; a moment from `today` on has not happened yet and is null."""
        seconds = pl.Series(np.where(moments < self.end, moments, 0), dtype=pl.Int64)
        stamps = pl.from_epoch(seconds, time_unit="s").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        return stamps.set(pl.Series(moments >= self.end), None)


def is_sales_day(day: date) -> bool:
    """Whether the shop marks its prices down that day."""
    return any(first <= (day.month, day.day) <= last for first, last, _ in SALES)


def _season_weight(day: date) -> float:
    weight = WEEKDAY_WEIGHTS[day.weekday()]
    for first, last, factor in SEASONS:
        if first <= (day.month, day.day) <= last:
            weight *= factor
    return weight * SUMMER_LULL if day.month == 8 else weight
