"""Revenue that may still be taken back: of orders so recent that a refund can follow."""

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.metrics.coverage import coverage
from kpi.metrics.measure import Attribution, Filters, Measurement, measure
from kpi.metrics.revenue import attributed_revenue
from kpi.period import Period
from kpi.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Finality:
    """Attributed revenue parted by whether its orders may still be refunded; None where no day of the period is such.

    The parts add up to the whole; days before and after the data are in neither.
    """

    final: Measurement | None
    provisional: Measurement | None


def measure_finality(
    warehouse: Warehouse,
    period: Period,
    refund_days: int,
    *,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> Finality:
    """What of the period's attributed revenue is final when an order may be refunded for `refund_days`."""
    final, provisional = part_by_finality(period, warehouse.manifest.data_end or period.end, refund_days)
    begins = coverage(warehouse, attributed_revenue).begins

    def ask(days: Period | None) -> Measurement | None:
        if days is None or (begins is not None and days.end <= begins):
            return None
        return measure(warehouse, attributed_revenue, days, where=where, attribution=attribution)

    return Finality(final=ask(final), provisional=ask(provisional))


def part_by_finality(period: Period, data_end: date, refund_days: int) -> tuple[Period | None, Period | None]:
    """The days of a period that are final, and those whose orders may still be refunded on the day the data ends."""
    end, open_from = min(period.end, data_end), data_end - timedelta(days=refund_days)
    return _days(period.start, min(end, open_from)), _days(max(period.start, open_from), end)


def _days(start: date, end: date) -> Period | None:
    return Period(start, end) if start < end else None
