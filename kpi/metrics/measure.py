"""Ask a metric: one value, a breakdown, a trend, a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.analysis import Estimate
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import translate
from kpi.metrics.coverage import Coverage, coverage, missing_reason, missing_tables
from kpi.metrics.definitions import WINDOWS, Metric, Model, Part, Sums
from kpi.period import Comparison, Grain, Period
from kpi.store import UNKNOWN, Aggregate, Cell, Components, Warehouse

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

    What the estimate's n counts, such as answers or effective clicks, is the metric's `counts`.
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
    return ask(warehouse, metric, [period], None, where, attribution)[0, None]


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
    cells = ask(warehouse, metric, [period], by, where, attribution)
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
    cells = ask(warehouse, metric, steps, None, where, attribution)
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
    both = [period, period.compared(comparison)]
    found = measure_periods(warehouse, metric, both, by=by, where=where, attribution=attribution)
    return tuple(Compared(current=current, compared=compared) for current, compared in found)


def measure_periods(
    warehouse: Warehouse,
    metric: Metric,
    periods: Sequence[Period],
    *,
    by: str | None = None,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> tuple[tuple[Measurement, ...], ...]:
    """The value of a period and of those that it is compared with, as a whole or per group of any of them.

    The period comes first, groups are ordered as in `breakdown`. A period compared with that the data does not cover
    from its first day on is n/a; a group without a row in a period stands there with what no row amounts to.
    """
    days = coverage(warehouse, metric)
    gaps = ((number, days.explain_unmatched(one)) for number, one in enumerate(periods) if number)
    unmatched = {number: gap for number, gap in gaps if gap is not None}
    cells = ask(warehouse, metric, periods, by, where, attribution, unmatched)
    return tuple(tuple(cells[number, group] for number in range(len(periods))) for group in _ordered(cells))


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


def ask(
    warehouse: Warehouse,
    metric: Metric,
    periods: Sequence[Period],
    by: str | None,
    where: Filters | None,
    attribution: Attribution | None,
    unmatched: Mapping[int, str] | None = None,
) -> dict[Cell, Measurement]:
    """A measurement per period (by its position) and group of any of them; `QuestionError` as in `measure`.

    `unmatched` says of periods (by their position) why they are not to be measured.
    """
    days = coverage(warehouse, metric)
    gaps = {number: gap for number, period in enumerate(periods) if (gap := days.explain_gap(period)) is not None}
    reasons = {**(unmatched or {}), **gaps}
    measured = [number for number in range(len(periods)) if number not in reasons]
    read = read_sums(warehouse, metric, [periods[number] for number in measured], by, where, attribution)
    sums = {(measured[position], group): components for (position, group), components in read.items()}
    has_groups = by and measured and not missing_tables(metric, warehouse.manifest)
    groups = {group for _, group in sums} if has_groups else {None}
    return {
        (number, group): measurement(
            warehouse,
            metric,
            period,
            group,
            sums.get((number, group), {}),
            days=days,
            reason=reasons.get(number),
            is_segment=bool(where or by),
        )
        for number, period in enumerate(periods)
        for group in groups
    }


def read_sums(
    warehouse: Warehouse,
    metric: Metric,
    periods: Sequence[Period],
    by: str | None,
    where: Filters | None,
    attribution: Attribution | None,
) -> dict[Cell, Components]:
    """The sums behind a metric per period and group; none while a table that it needs is missing."""
    filters = where or {}
    names = frozenset(filters) | ({by} if by else frozenset())
    for name in names:
        require_dimension(metric, name)
    sums: dict[Cell, Components] = {}
    if periods and not missing_tables(metric, warehouse.manifest):
        for part in metric.parts:
            query = _query(part.that_has(names), by, filters, attribution or Attribution())
            for cell, components in warehouse.aggregate(query, periods).items():
                sums.setdefault(cell, {}).update(components)
    return sums


def measurement(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    group: str | None,
    components: Components,
    *,
    days: Coverage | None = None,
    reason: str | None = None,
    is_segment: bool = False,
) -> Measurement:
    """The measurement that sums read by `read_sums` lead to; n/a when there is a `reason` for that.

    `days` are those of `coverage`, where they are known already.
    """
    sums = Sums(components)
    reason = missing_reason(metric, warehouse.manifest) or reason
    if metric.requires and (is_segment or group is not None) and not sums.has(metric.requires.component):
        reason = reason or translate(metric.requires.absent)
    estimate = Estimate(value=None) if reason else metric.estimate(sums)
    if estimate.value is None:
        reason = reason or translate(metric.absent)
    return Measurement(
        metric=metric,
        period=period,
        group=group,
        estimate=estimate,
        reason=reason,
        is_complete=(days or coverage(warehouse, metric)).is_complete(period),
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


def require_dimension(metric: Metric, name: str) -> None:
    """`QuestionError` for a breakdown or filter that the metric does not have."""
    known = metric.dimensions
    if name not in known:
        try:
            raise UnknownNameError(f"breakdown of {metric.name}", name, known)
        except UnknownNameError as error:
            raise QuestionError(str(error)) from error


def _ordered(cells: Mapping[Cell, Measurement]) -> list[str | None]:
    return sorted({group for _, group in cells}, key=lambda group: (group == UNKNOWN, group or ""))
