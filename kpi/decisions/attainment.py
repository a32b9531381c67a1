"""How a value stands beside its target: the target of a period, the share of it reached, the pace."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpi.decisions.targets import Segment, Targets
from kpi.metrics import Better, Filters, Measurement, Metric, coverage
from kpi.period import Grain, Period
from kpi.store import Warehouse

Number = float | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTarget:
    """The target of a period; None where there is none. `missing` are the months, by first day, that lack theirs."""

    value: Decimal | None = None
    missing: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """A value beside its target, in the metric's unit: whether it is met, and the share of it reached, 1 being all of
    it; None where no share can be told.
    """

    value: Number
    target: Number
    is_met: bool
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A sum so far beside what was expected `elapsed` of `days` days into its period, in the metric's unit.

    `is_ahead`: at least as good as expected; for a sum that is to stay low, no more than that.
    """

    elapsed: int
    days: int
    expected: Decimal
    difference: Decimal
    is_ahead: bool


def target_for(targets: Targets, metric: Metric, period: Period, filters: Filters | None = None) -> PeriodTarget:
    """The target of a period, for the one segment that the filters keep.

    What adds up over time: the targets of its months, each by the share of the month's days in the period. A level or a
    rate: the target of the month of its last day. Distinct people are fewer than those of each day or month added up,
    so that they have one in a whole month only. A choice of several segments or values has none.
    """
    chosen = filters or {}
    if sum(map(len, chosen.values())) > 1:
        return PeriodTarget()
    segment = next(((name, values[0]) for name, values in chosen.items() if values), None)
    if metric.adds_up_over_time:
        return _sum(targets, metric, period.steps(Grain.MONTH), segment)
    month = _month(period.last_day)
    if metric.is_additive and not metric.is_level and period != whole_month(month):
        return PeriodTarget()
    found = targets.get((metric.name, month, segment))
    return PeriodTarget(missing=(month,)) if found is None else PeriodTarget(value=found.value)


def attainment(value: Number, target: Number, better: Better) -> Attainment:
    """Value / target where more is better. Where less is better the target is a ceiling: met when the value is no more
    than it, and the share is target / value. No share of a target or of a value below zero.
    """
    reached, wanted = float(value), float(target)
    is_met = reached <= wanted if better is Better.DOWN else reached >= wanted
    part, whole = (wanted, reached) if better is Better.DOWN else (reached, wanted)
    share = part / whole if whole > 0 and part >= 0 else None
    return Attainment(value=value, target=target, is_met=is_met, share=share)


def judge(warehouse: Warehouse, measured: Measurement, target: Number, over: Period) -> Attainment | None:
    """How a measurement stands beside its target; None without a value, or while rows are missing of the days over."""
    value, metric = measured.estimate.value, measured.metric
    if value is None or coverage(warehouse, metric).explain_incomplete(over) is not None:
        return None
    return attainment(value, target, metric.better)


def pace(
    value: Number, targets: Targets, metric: Metric, period: Period, data_end: date, filters: Filters | None = None
) -> Pace | None:
    """A sum so far in a period that is still running, beside the target of the days that are over.

    None for what does not add up over time, before the first day is over, after the last, or without a target.
    """
    if not metric.adds_up_over_time or not period.start < data_end < period.end:
        return None
    over = Period(period.start, data_end)
    expected = target_for(targets, metric, over, filters).value
    if expected is None or target_for(targets, metric, period, filters).value is None:
        return None
    difference = Decimal(str(value)) - expected
    return Pace(
        elapsed=over.days,
        days=period.days,
        expected=expected,
        difference=difference,
        is_ahead=difference <= 0 if metric.better is Better.DOWN else difference >= 0,
    )


def _sum(targets: Targets, metric: Metric, months: tuple[Period, ...], segment: Segment | None) -> PeriodTarget:
    found = [(part, targets.get((metric.name, _month(part.start), segment))) for part in months]
    missing = tuple(_month(part.start) for part, target in found if target is None)
    if missing:
        return PeriodTarget(missing=missing)
    return PeriodTarget(value=sum((_part(target.value, part) for part, target in found if target), Decimal(0)))


def _part(value: Decimal, part: Period) -> Decimal:
    """The share of a month's target that falls to some of its days; all of it, exactly, to all of them."""
    days = monthrange(part.start.year, part.start.month)[1]
    return value if part.days == days else value * part.days / days


def whole_month(day: date) -> Period:
    """The month that a day is in."""
    first = _month(day)
    return Period(first, first + timedelta(days=monthrange(day.year, day.month)[1]))


def _month(day: date) -> date:
    return day.replace(day=1)
