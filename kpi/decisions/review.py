"""What became of the targets of months that are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi.decisions.attainment import Attainment, judge, whole_month
from kpi.decisions.targets import Segment, Target, Targets
from kpi.metrics import METRICS, Filters, Measurement, Metric, coverage, trend
from kpi.period import Grain, Period
from kpi.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A target of a month that is over, and how far it was reached by the usual attribution.

    Without `attainment` it cannot be judged, and `reason` says why, in the language spoken.
    """

    target: Target
    attainment: Attainment | None
    reason: str | None


def months_over(period: Period, data_end: date | None) -> tuple[Period, ...]:
    """The whole months within a period that the data reaches the end of, newest first."""
    found = (month for month in period.steps(Grain.MONTH) if month == whole_month(month.start))
    return tuple(month for month in found if data_end is not None and month.end <= data_end)[::-1]


def due(targets: Targets, period: Period, data_end: date | None, where: Filters | None = None) -> tuple[Target, ...]:
    """The targets of the months of a period that are over, newest month first, then by metric and segment.

    With filters those of the one segment that they keep only; without, those of the whole and of every segment.
    """
    chosen = [(name, value) for name, values in (where or {}).items() for value in values]
    months = {month.start for month in months_over(period, data_end)}
    found = [one for one in targets.values() if one.month in months and (not chosen or chosen == [one.segment])]
    found.sort(key=lambda target: (target.metric, target.segment or ()))
    return tuple(sorted(found, key=lambda target: target.month, reverse=True))


def review(warehouse: Warehouse, targets: Sequence[Target]) -> tuple[Reviewed, ...]:
    """What became of these targets, in their order; one whose metric has no value, or lacks rows, is not judged.

    Asks once for all months of a metric and segment.
    """
    asked: dict[tuple[str, Segment | None], list[date]] = {}
    for target in targets:
        asked.setdefault((target.metric, target.segment), []).append(target.month)
    found = {
        (metric, step.period.start, segment): step
        for (metric, segment), months in asked.items()
        for step in _by_month(warehouse, METRICS[metric], segment, months)
    }
    return tuple(_reviewed(warehouse, target, found[target.key]) for target in targets)


def _by_month(
    warehouse: Warehouse, metric: Metric, segment: Segment | None, months: Sequence[date]
) -> tuple[Measurement, ...]:
    span = Period(min(months), whole_month(max(months)).end)
    return trend(warehouse, metric, span, Grain.MONTH, where={segment[0]: [segment[1]]} if segment else None)


def _reviewed(warehouse: Warehouse, target: Target, measured: Measurement) -> Reviewed:
    attainment = judge(warehouse, measured, target.value, measured.period)
    lack = coverage(warehouse, measured.metric).explain_incomplete(measured.period)
    return Reviewed(target=target, attainment=attainment, reason=measured.reason or lack)
