"""The plan of a year beside what was spent, and what the year will have cost if it goes on like this."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kpi.analysis import Estimate, forecast_sum
from kpi.decisions.budgets import Cell
from kpi.metrics import METRICS, Measurement, breakdown, trend
from kpi.period import Grain, Period
from kpi.store import Warehouse

SPENDING = METRICS["spending"]
LOOKED_BACK = 12  # months that a run rate is made of
YEARS_BACK = 2  # of which those months are, for a year to come, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of the year: what is planned (None for nothing) and what was spent."""

    start: date
    planned: Decimal | None
    spent: Measurement

    @property
    def amount(self) -> Decimal | None:
        """What was spent; None where that is not known."""
        return _amount(self.spent)

    @property
    def is_over(self) -> bool:
        """Whether everything that was spent in it is known."""
        return self.amount is not None and self.spent.is_complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """One channel and category of cost over a year, or all of them together where both are None.

    `planned` is the year's plan, None without any, `spent` the sum of the months that are over. Of these
    `planned_so_far` and `left` are about those with a plan: what was planned for them, and how much of it was not
    spent, below zero when it was more; of everything together, the sums over its channels and categories.

    `forecast` is what the year will have cost: what was spent in the months over and, for those to come, the mean of
    the last twelve that are over, with its prediction interval; a month that has begun costs what it did already, if
    that is more. Months before the data began count nowhere. `planned_forecast` is that of the months with a plan.
    """

    channel: str | None
    category: str | None
    months: tuple[Month, ...]
    planned: Decimal | None
    planned_so_far: Decimal | None
    left: Decimal | None
    spent: Decimal | None
    forecast: Estimate
    planned_forecast: Decimal | None

    @property
    def is_open(self) -> bool:
        """Whether the year has months to come, or of which not everything is known yet."""
        return any(not month.spent.is_complete for month in self.months)

    @property
    def until(self) -> date | None:
        """The first day of the last month that is over; None where none is."""
        return max((month.start for month in self.months if month.is_over), default=None)


def track(warehouse: Warehouse, plan: Mapping[Cell, Decimal], year: int) -> tuple[Tracked, ...]:
    """Everything together, then each channel and category with a plan or a forecast for the year, by name."""
    whole = Period(date(year, 1, 1), date(year + 1, 1, 1))
    seen = Period(date(year - YEARS_BACK, 1, 1), whole.end)
    mine = {cell: amount for cell, amount in plan.items() if whole.start <= cell[0] < whole.end}
    pairs = {(channel, category) for _, channel, category in mine}
    for channel in _groups(warehouse, seen, "channel", {}):
        pairs |= {(channel, category) for category in _groups(warehouse, seen, "category", {"channel": (channel,)})}
    found = [_tracked(warehouse, seen, mine, channel, category) for channel, category in sorted(pairs)]
    rows = [row for row in found if row.planned is not None or row.spent or row.forecast.value]
    together = _tracked(warehouse, seen, mine, None, None)
    return (
        replace(
            together,
            planned_so_far=_sum(row.planned_so_far for row in rows),
            left=_sum(row.left for row in rows),
            planned_forecast=_sum(row.planned_forecast for row in rows),
        ),
        *rows,
    )


def _groups(warehouse: Warehouse, seen: Period, by: str, where: Mapping[str, tuple[str, ...]]) -> list[str]:
    found = breakdown(warehouse, SPENDING, seen, by, where=where)
    return [one.group for one in found if one.group is not None and one.estimate.value]


def _tracked(
    warehouse: Warehouse, seen: Period, plan: Mapping[Cell, Decimal], channel: str | None, category: str | None
) -> Tracked:
    where = {} if channel is None or category is None else {"channel": (channel,), "category": (category,)}
    steps = trend(warehouse, SPENDING, seen, Grain.MONTH, where=where)
    amounts = _planned(plan, channel, category)
    months = tuple(Month(start=step.period.start, planned=amounts.get(step.period.start), spent=step) for step in steps)
    year = months[-12:]
    over = [month for month in year if month.is_over]
    kept = [(month.planned, month.amount) for month in over if month.planned is not None and month.amount is not None]
    return Tracked(
        channel=channel,
        category=category,
        months=year,
        planned=_sum(month.planned for month in year),
        planned_so_far=_sum(amount for amount, _ in kept),
        left=_sum(amount - spent for amount, spent in kept),
        spent=_sum(month.amount for month in over),
        forecast=_forecast(months),
        planned_forecast=_forecast_of_plan(months),
    )


def _forecast(months: Sequence[Month]) -> Estimate:
    """The cost of the last twelve of these months."""
    mean = _mean(months)
    if mean is None:
        return Estimate(value=None, n=0)
    year = _year(months)
    # A month that has begun costs what it did already, or what a month costs.
    spent = [float(month.amount) for month in year if month.amount is not None and _is_spent(month, mean)]
    rest = forecast_sum(_past(months), len(year) - len(spent))
    already = sum(spent)
    least = float(_sum(month.amount for month in year) or 0)
    return Estimate(
        value=already + float(rest.value or 0),
        low=None if rest.low is None else max(already + rest.low, least),
        high=None if rest.high is None else max(already + rest.high, least),
        n=rest.n,
        method=rest.method,
    )


def _forecast_of_plan(months: Sequence[Month]) -> Decimal | None:
    """What those of the last twelve months will cost that have a plan; None without one."""
    mean = _mean(months)
    planned = [month for month in _year(months) if month.planned is not None]
    if mean is None or not planned:
        return None
    return sum(
        (month.amount if month.amount is not None and _is_spent(month, mean) else Decimal(mean) for month in planned),
        Decimal(),
    )


def _past(months: Sequence[Month]) -> list[Decimal]:
    """What the last months cost that are over."""
    return [month.amount for month in months if month.is_over and month.amount is not None][-LOOKED_BACK:]


def _mean(months: Sequence[Month]) -> float | None:
    """What a month costs; None where none is over."""
    value = forecast_sum(_past(months), 1).value
    return None if value is None else float(value)


def _year(months: Sequence[Month]) -> Sequence[Month]:
    """The last twelve months, without those before the data began."""
    known = [number for number, month in enumerate(months) if month.amount is not None]
    return months[max(known[0], len(months) - 12) :] if known else ()


def _is_spent(month: Month, mean: float) -> bool:
    return month.is_over or (month.amount is not None and float(month.amount) > mean)


def _planned(plan: Mapping[Cell, Decimal], channel: str | None, category: str | None) -> dict[date, Decimal]:
    """The plan by month, of one channel and category or of all."""
    months: dict[date, Decimal] = {}
    for (month, of_channel, of_category), amount in plan.items():
        if channel is None or (of_channel, of_category) == (channel, category):
            months[month] = months.get(month, Decimal()) + amount
    return months


def _amount(found: Measurement) -> Decimal | None:
    value = found.estimate.value
    return None if value is None else Decimal(value)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what there is; None of nothing."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal()) if known else None
