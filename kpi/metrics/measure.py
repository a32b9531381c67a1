"""Ask a metric: one value, a breakdown, a trend, a comparison."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpi.analysis import Estimate
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import any_of, translate
from kpi.metrics.coverage import Coverage, coverage
from kpi.metrics.definitions import WINDOWS, Metric, Model, Part, Sums
from kpi.period import Comparison, Grain, Period
from kpi.store import UNKNOWN, Aggregate, Manifest, Warehouse

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The attribution model and the days before an order in which a touch counts.

    Without `window_days`: 30 for the last touch, 90 for the other models.
    """

    model: Model = Model.LAST
    window_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse a window that is not kept."""
        if self.window_days is not None and self.window_days not in WINDOWS:
            raise QuestionError(f"There is no window of {self.window_days} days. Choose one of {WINDOWS}.")

    @property
    def window(self) -> int:
        """The window that applies."""
        return self.window_days or (30 if self.model is Model.LAST else 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A metric's estimate for a period and group; `group` is None for the whole.

    `reason` says why there is no value, in the language spoken. `is_complete` is False while data for the period is
    still to come, the rows of a table that stopped included.
    """

    metric: Metric
    period: Period
    group: str | None
    estimate: Estimate
    reason: str | None
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A measurement beside the same one for another period; `change` is current less compared, in the metric's unit."""

    current: Measurement
    compared: Measurement

    @property
    def change(self) -> float | None:
        """Current less compared; None when either is n/a."""
        now, before = self.current.estimate.value, self.compared.estimate.value
        return None if now is None or before is None else float(now) - float(before)


def measure(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    *,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> Measurement:
    """One value, n/a outside the data; `QuestionError` for a filter that the metric does not have."""
    return _ask(warehouse, metric, [period], None, where, attribution)[0, None]


def breakdown(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    by: str,
    *,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> tuple[Measurement, ...]:
    """One value per group, in alphabetical order, "unknown" last."""
    cells = _ask(warehouse, metric, [period], by, where, attribution)
    return tuple(cells[0, group] for group in _ordered(cells))


def trend(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    grain: Grain,
    *,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> tuple[Measurement, ...]:
    """One value per step of the period, n/a outside the data; a level is read at each step's end."""
    steps = period.steps(grain)
    cells = _ask(warehouse, metric, steps, None, where, attribution)
    return tuple(cells[number, None] for number in range(len(steps)))


def compare(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    comparison: Comparison,
    *,
    by: str | None = None,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> tuple[Compared, ...]:
    """The value beside that of the comparison period, as a whole or per group of either period.

    A comparison period that the data does not cover from its first day on is n/a.
    """
    compared = period.compared(comparison)
    unmatched = coverage(warehouse, metric).explain_unmatched(compared)
    cells = _ask(warehouse, metric, [period, compared], by, where, attribution, {1: unmatched} if unmatched else None)
    return tuple(Compared(current=cells[0, group], compared=cells[1, group]) for group in _ordered(cells))


def measure_windows(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    *,
    where: Filters | None = None,
    model: Model = Model.LAST,
) -> dict[int, Measurement]:
    """The same metric under every attribution window, in days: how much the answer depends on that choice."""
    return {
        days: measure(warehouse, metric, period, where=where, attribution=Attribution(model=model, window_days=days))
        for days in WINDOWS
    }


def _ask(
    warehouse: Warehouse,
    metric: Metric,
    periods: Sequence[Period],
    by: str | None,
    where: Filters | None,
    attribution: Attribution | None,
    unmatched: Mapping[int, str] | None = None,
) -> dict[tuple[int, str | None], Measurement]:
    """A measurement for each period (by its position) and group; `unmatched` tells of periods not to be measured."""
    filters = where or {}
    names = frozenset(filters) | ({by} if by else frozenset())
    for name in names:
        _require_dimension(metric, name)
    days = coverage(warehouse, metric)
    reasons = {**(unmatched or {}), **_gaps(warehouse, metric, days, periods)}
    measured = [number for number in range(len(periods)) if number not in reasons]
    sums: dict[tuple[int, str | None], dict[str, object]] = {}
    for part in metric.parts if measured else ():
        query = _query(part.that_has(names), by, filters, attribution or Attribution())
        cells = warehouse.aggregate(query, [periods[number] for number in measured])
        for (position, group), components in cells.items():
            sums.setdefault((measured[position], group), {}).update(components)
    groups = {group for _, group in sums} if by and measured else {None}
    answers = {}
    for number, period in enumerate(periods):
        for group in groups:
            found = Sums(sums.get((number, group), {}))
            reason = reasons.get(number)
            if names and metric.requires and not found.has(metric.requires.component):
                reason = reason or translate(metric.requires.absent)
            answers[number, group] = _measurement(metric, period, group, days, reason=reason, sums=found)
    return answers


def _gaps(warehouse: Warehouse, metric: Metric, days: Coverage, periods: Sequence[Period]) -> dict[int, str]:
    """By the position of a period, why there is nothing to measure in it."""
    missing = missing_tables(metric, warehouse.manifest)
    if missing:
        return dict.fromkeys(range(len(periods)), translate("waits for {tables}", tables=tables_in_words(missing)))
    gaps = ((number, days.explain_gap(period)) for number, period in enumerate(periods))
    return {number: gap for number, gap in gaps if gap is not None}


def _measurement(
    metric: Metric, period: Period, group: str | None, days: Coverage, *, reason: str | None, sums: Sums
) -> Measurement:
    estimate = metric.estimate(sums) if reason is None else Estimate(value=None)
    if estimate.value is None and reason is None:
        reason = translate(metric.absent)
    return Measurement(
        metric=metric,
        period=period,
        group=group,
        estimate=estimate,
        reason=reason,
        is_complete=days.is_complete(period),
    )


def _query(part: Part, by: str | None, filters: Filters, attribution: Attribution) -> Aggregate:
    return Aggregate(
        mart=part.mart,
        date=part.date,
        components=part.components,
        where=f"({part.where}) and model = $model and window_days = $window_days" if part.is_attributed else part.where,
        parameters=(
            {"model": attribution.model.value, "window_days": attribution.window} if part.is_attributed else {}
        ),
        filters={part.dimensions[name]: values for name, values in filters.items()},
        group=part.dimensions[by] if by else None,
        is_cumulative=part.is_cumulative,
        at_start=part.at_start,
        last_days=part.last_days,
        each=part.each,
    )


def _require_dimension(metric: Metric, name: str) -> None:
    known = metric.dimensions
    if name not in known:
        try:
            raise UnknownNameError(f"breakdown of {metric.name}", name, known)
        except UnknownNameError as error:
            raise QuestionError(str(error)) from error


def missing_tables(metric: Metric, manifest: Manifest) -> tuple[str, ...]:
    """The source tables that a metric waits for; alternatives are parted by "|"."""
    imported = manifest.imported_tables
    return tuple(need for need in metric.needs if imported.isdisjoint(need.split("|")))


def tables_in_words(needs: Iterable[str]) -> str:
    """Source tables as a metric names them, alternatives as such: costs or rewards, orders."""
    return ", ".join(any_of(need.split("|")) for need in needs)


def _ordered(cells: Mapping[tuple[int, str | None], Measurement]) -> list[str | None]:
    groups = {group for _, group in cells}
    return sorted(groups, key=lambda group: (group == UNKNOWN, group or ""))
