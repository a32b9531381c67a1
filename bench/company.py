"""The invented company of a benchmark: how many of everything, and who was there when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Whole = npt.NDArray[np.int64]
Share = npt.NDArray[np.float64]

END: Final = date(2026, 11, 1)
SEED: Final = 20261101
CHUNK_ROWS: Final = 500_000
_SECOND: Final = 1_000_000
_DAY: Final = 86_400
_START: Final = int(datetime(2023, 11, 1, tzinfo=UTC).timestamp())
_UNTIL: Final = int(datetime(END.year, END.month, END.day, tzinfo=UTC).timestamp())
_FIRST_JOINED: Final = _START - 365 * _DAY


@dataclass(frozen=True)
class Company:
    """A company of `customers` people; events of three years up to `END`, in order of time.

    Customers are numbered in the order in which they joined, ambassadors in the order in which they enrolled, so that
    any stretch of time can be drawn without holding the others in memory. Every hundredth customer is an ambassador.
    """

    customers: int

    @property
    def rows(self) -> dict[str, int]:
        """Rows per table of events; refunds are about one order in twenty."""
        people = self.customers
        return {
            "orders": 10 * people,
            "touches": 5 * people,
            "content": people // 2,
            "interactions": 9 * people,
            "referrals": people // 10,
            "contributions": people * 4 // 10,
            "surveys": people,
            "subscriptions": people // 2,
            "rewards": people // 20,
        }

    @cached_property
    def enrolled(self) -> Whole:
        """When each ambassador enrolled, in seconds, ascending: a month after joining, or as the programme starts."""
        numbers = 100 * np.arange(max(1, self.customers // 100), dtype=np.int64)
        return np.maximum(self.joined(numbers) + 30 * _DAY, _START + numbers % _DAY)

    def joined(self, numbers: Whole) -> Whole:
        """When customers joined, in seconds."""
        span = _UNTIL - _DAY - _FIRST_JOINED
        return _FIRST_JOINED + (numbers * span) // self.customers

    def moments(self, random: np.random.Generator, chunk: int, chunks: int, rows: int) -> Whole:
        """`rows` ascending moments of one stretch out of `chunks` equal ones, in seconds."""
        step = (_UNTIL - _START) / chunks
        return np.sort(_START + ((chunk + random.random(rows)) * step).astype(np.int64))

    def people(self, random: np.random.Generator, moments: Whole) -> Whole:
        """A customer who had joined for each moment; earlier ones come up more often."""
        share = (moments - _FIRST_JOINED) / (_UNTIL - _DAY - _FIRST_JOINED)
        known = np.minimum(share, 1) * (self.customers - 1)
        return np.asarray(known * random.random(len(moments)) ** 1.5, dtype=np.int64)

    def promoters(self, random: np.random.Generator, moments: Whole) -> Whole:
        """An ambassador who had enrolled for each moment (the first where none had); few do much."""
        known = np.searchsorted(self.enrolled, moments, side="right")
        return np.asarray(known * random.random(len(moments)) ** 3, dtype=np.int64)


def draws(table: int, chunk: int) -> np.random.Generator:
    """The random numbers of one table and stretch of time: the same in every run."""
    return np.random.default_rng([SEED, table, chunk])


def identifiers(prefix: str, numbers: Whole) -> pl.Series:
    """Ids such as `c000000042`."""
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(9)


def timestamps(seconds: Whole, *, apart: bool = False) -> pl.Series:
    """Moments in UTC; with `apart`, each a microsecond further on, so that none comes up twice."""
    shifts = np.arange(len(seconds)) if apart else 0
    return pl.Series(seconds * _SECOND + shifts).cast(pl.Datetime("us", "UTC"))


def later(seconds: Whole, days: Share, *, kept: npt.NDArray[np.bool_]) -> pl.Series:
    """Moments some days later; null where not `kept`, or after the company's last day."""
    moved = seconds + (days * _DAY).astype(np.int64)
    return timestamps(moved).set(pl.Series(~kept | (moved >= _UNTIL)), None)


def picked(random: np.random.Generator, rows: int, weights: dict[str | None, float]) -> pl.Series:
    """One value for each row, by weight."""
    edges = np.cumsum(list(weights.values()))
    positions = np.searchsorted(edges, random.random(rows) * edges[-1], side="right")
    return pl.Series(list(weights), dtype=pl.String).gather(positions)


def money(amounts: Share) -> pl.Series:
    """Amounts with two decimals."""
    return pl.Series(amounts).round(2).cast(pl.Decimal(12, 2))


def where(values: pl.Series, kept: npt.NDArray[np.bool_]) -> pl.Series:
    """The values that are kept, the others null."""
    return values.set(pl.Series(~kept), None)
