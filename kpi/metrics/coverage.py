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


TOUCHES = "touches|referrals|codes"
"""What says that an ambassador reached a customer, so that an order can be credited; codes stand on orders."""

PATIENCE_WITH_TOUCHES = 31  # days


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

    Of the tables that a metric adds up, any one lets it be known, but a regular one that was imported is waited for:
    the metric begins with it and stops with it. The others, such as rewards and acts of each kind, come and go as a
    programme grows: the first of them begins the metric, where none is regular, and none of them stops it. So do the
    touches that orders are credited on: before the first of any kind nobody knows who brought an order. Where they
    stopped, though, `touches_end` being the day after the last, nobody may have been reached: that is only told.
    """

    is_level: bool
    begins: date | None
    data_end: date | None
    ends: tuple[End, ...]
    touches_end: date | None = None

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
        if self.touches_end is not None and self.touches_end < period.end:
            return translate("no touch after {day}", day=_day_before(self.touches_end))
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
    return Coverage(
        is_level=metric.is_level,
        begins=max(_begins(warehouse, metric), default=None),
        data_end=warehouse.manifest.data_end,
        ends=() if metric.is_level else tuple(sorted(_ends(warehouse, metric))),
        touches_end=_touches_end(warehouse) if metric.is_credited and not metric.is_level else None,
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


def _begins(warehouse: Warehouse, metric: Metric) -> Iterator[date]:
    """Per need with events its first day: that of its regular table, else of the first table to begin."""
    for tables in _dated(warehouse, metric):
        regular = [first for table, (first, _) in tables.items() if table in REGULAR]
        yield max(regular) if regular else min(first for first, _ in tables.values())


def _ends(warehouse: Warehouse, metric: Metric) -> Iterator[End]:
    """The end of each regular table with events: its own where it stopped, else of the last table it is added up with.

    Costs booked by the month have not stopped while the month's rewards are there already.
    """
    for tables in _dated(warehouse, metric):
        for table in tables.keys() & REGULAR.keys():
            day = tables[table][1] + timedelta(days=1)
            is_stop = _has_stopped(warehouse, table, day, REGULAR[table].patience)
            last = day if is_stop else max(last for _, last in tables.values()) + timedelta(days=1)
            yield End(day=last, table=table, is_stop=is_stop)


def _touches_end(warehouse: Warehouse) -> date | None:
    """The day after the last touch of any kind, where they stopped."""
    dates = warehouse.table_dates()
    last = max((dates[table][1] for table in TOUCHES.split("|") if table in dates), default=None)
    if last is None:
        return None
    day = last + timedelta(days=1)
    return day if _has_stopped(warehouse, "touches", day, PATIENCE_WITH_TOUCHES) else None


def _has_stopped(warehouse: Warehouse, table: str, day: date, patience: int) -> bool:
    """Whether other tables go on behind the day on which this one ends for longer than it was silent before."""
    silence = (warehouse.manifest.data_end or day) - day
    return silence > timedelta(days=max(patience, warehouse.table_pauses().get(table, 0)))


def _dated(warehouse: Warehouse, metric: Metric) -> Iterator[Mapping[str, tuple[date, date]]]:
    """Per need the first and the last day of each of its tables with events."""
    dates = warehouse.table_dates()
    for need in (*metric.needs, TOUCHES) if metric.is_credited else metric.needs:
        tables = {table: dates[table] for table in need.split("|") if table in dates}
        if tables:
            yield tables


def _day_before(day: date) -> str:
    return day_in_words(day - timedelta(days=1))
