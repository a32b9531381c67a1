"""What became of the targets of months that are over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kpi.decisions.attainment import Attainment, judge, whole_month
from kpi.decisions.targets import Target, Targets
from kpi.metrics import METRICS, Filters, coverage, measure
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


def review(
    warehouse: Warehouse, targets: Targets, period: Period, where: Filters | None = None
) -> tuple[Reviewed, ...]:
    """The targets of the months of a period that are over, newest month first, then by metric and segment.

    With filters those of the one segment that they keep only; without, those of the whole and of every segment. A
    target cannot be judged whose metric has no value for its month, or lacks rows there.
    """
    chosen = [(name, value) for name, values in (where or {}).items() for value in values]
    wanted = [
        target
        for month in months_over(period, warehouse.manifest.data_end)
        for target in sorted(targets.values(), key=lambda target: (target.metric, target.segment or ()))
        if target.month == month.start and (not chosen or chosen == [target.segment])
    ]
    return tuple(_reviewed(warehouse, wanted))


def _reviewed(warehouse: Warehouse, targets: list[Target]) -> Iterator[Reviewed]:
    for target in targets:
        metric, month = METRICS[target.metric], whole_month(target.month)
        where = {target.segment[0]: [target.segment[1]]} if target.segment else None
        found = measure(warehouse, metric, month, where=where)
        yield Reviewed(
            target=target,
            attainment=judge(warehouse, found, target.value, month),
            reason=found.reason or coverage(warehouse, metric).explain_incomplete(month),
        )
