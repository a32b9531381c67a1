"""Which tables a metric waits for, where their data begins and ends: why a period has no value, or what it lacks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from kpi.days import day_in_words
from kpi.language import any_of, mark, translate
from kpi.metrics.definitions import Metric
from kpi.period import Period
from kpi.store import Manifest, Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """A table that a company goes on filling, so that a zero behind its last day says that rows are missing.

    It has stopped when other tables went on for more than `patience` days, or its own longest pause of the year before.
    """

    patience: int
    ended: str
    stopped: str


REGULAR: Mapping[str, Regular] = MappingProxyType(
    {
        "orders": Regular(
            patience=7, ended=mark("no orders after {day}"), stopped=mark("incomplete: orders end {day}")
        ),
        # Often booked by the month.
        "costs": Regular(patience=31, ended=mark("no costs after {day}"), stopped=mark("incomplete: costs end {day}")),
        "surveys": Regular(
            patience=7, ended=mark("no surveys after {day}"), stopped=mark("incomplete: surveys end {day}")
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class End:
    """The day after the last one of a table in `REGULAR`, and whether it has stopped."""

    day: date
    table: str
    is_stop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The days that a metric has data for; every reason is in the language spoken.

    `begins` is the first day from which every table that it needs holds events, None when none of them is dated;
    `data_end` the day after the last event of any table. `ends`, in their order, are of the regular tables that it
    needs; a level has none, for it stands until something changes it.
    """

    is_level: bool
    begins: date | None
    data_end: date | None
    ends: tuple[End, ...]

    def explain_gap(self, period: Period) -> str | None:
        """Why there is nothing to measure in a period wholly before or after the data, where sums would be zero."""
        if self.begins is not None and period.end <= self.begins:
            return translate("no data before {day}", day=day_in_words(self.begins))
        if self.data_end is not None and period.start >= self.data_end:
            return translate("no data after {day}", day=_day_before(self.data_end))
        if self.ends and period.start >= self.ends[0].day:
            return translate(REGULAR[self.ends[0].table].ended, day=_day_before(self.ends[0].day))
        return None

    def explain_unmatched(self, period: Period) -> str | None:
        """Why a period is nothing to compare another one with: the data does not reach back to its first day."""
        if self.begins is not None and period.start < self.begins:
            return translate("no data before {day}", day=day_in_words(self.begins))
        return self.explain_gap(period)

    def is_complete(self, period: Period) -> bool:
        """Whether no data for the period is still to come."""
        return self.data_end is not None and period.is_complete(self.data_end) and self._stop(period) is None

    def explain_incomplete(self, period: Period) -> str | None:
        """What a value for the period lacks."""
        stop = self._stop(period)
        if stop is not None:
            return translate(REGULAR[stop.table].stopped, day=_day_before(stop.day))
        if self.data_end is not None and period.end > self.data_end:
            return translate("incomplete: data ends {day}", day=_day_before(self.data_end))
        if not self.is_level and self.begins is not None and period.start < self.begins:
            return translate("incomplete: data begins {day}", day=day_in_words(self.begins))
        return None

    def _stop(self, period: Period) -> End | None:
        """The first stop within the period or before it."""
        return next((end for end in self.ends if end.is_stop and end.day < period.end), None)


def coverage(warehouse: Warehouse, metric: Metric) -> Coverage:
    """The days that a version has data for, of the tables that the metric needs."""
    dates = warehouse.table_dates()
    found = [[dates[table][0] for table in need.split("|") if table in dates] for need in metric.needs]
    return Coverage(
        is_level=metric.is_level,
        begins=max((min(firsts) for firsts in found if firsts), default=None),
        data_end=warehouse.manifest.data_end,
        ends=() if metric.is_level else tuple(sorted(_ends(warehouse, metric))),
    )


def missing_tables(metric: Metric, manifest: Manifest) -> tuple[str, ...]:
    """The source tables that a metric waits for; alternatives are parted by "|"."""
    imported = manifest.imported_tables
    return tuple(need for need in metric.needs if imported.isdisjoint(need.split("|")))


def tables_in_words(needs: Iterable[str]) -> str:
    """Source tables as a metric names them, alternatives as such: costs or rewards, orders."""
    return ", ".join(any_of(need.split("|")) for need in needs)


def missing_reason(metric: Metric, manifest: Manifest) -> str | None:
    """The tables that a metric waits for, in words; None when it waits for none."""
    tables = tables_in_words(missing_tables(metric, manifest))
    return translate("waits for {tables}", tables=tables) if tables else None


def _ends(warehouse: Warehouse, metric: Metric) -> Iterator[End]:
    dates, pauses = warehouse.table_dates(), warehouse.table_pauses()
    for need in metric.needs:
        tables = need.split("|")
        regular = next((table for table in tables if table in REGULAR), None)
        lasts = [dates[table][1] for table in tables if table in dates]
        if regular is None or not lasts:
            continue
        day = max(lasts) + timedelta(days=1)
        silence = (warehouse.manifest.data_end or day) - day
        patience = max(REGULAR[regular].patience, pauses.get(regular, 0))
        yield End(day=day, table=regular, is_stop=silence > timedelta(days=patience))


def _day_before(day: date) -> str:
    return day_in_words(day - timedelta(days=1))
