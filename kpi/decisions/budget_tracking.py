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
    the last twelve complete months, with its prediction interval; never less than what is spent already. Months before
    the data began count nowhere.
    """

    channel: str | None
    category: str | None
    months: tuple[Month, ...]
    planned: Decimal | None
    planned_so_far: Decimal | None
    left: Decimal | None
    spent: Decimal | None
    forecast: Estimate

    @property
    def until(self) -> date | None:
        """The first day of the last month that is over; None where none is."""
        return max((month.start for month in self.months if month.is_over), default=None)


def track(warehouse: Warehouse, plan: Mapping[Cell, Decimal], year: int) -> tuple[Tracked, ...]:
    """Everything together, then each channel and category that has a plan or costs in the year, by name."""
    whole = Period(date(year, 1, 1), date(year + 1, 1, 1))
    mine = {cell: amount for cell, amount in plan.items() if whole.start <= cell[0] < whole.end}
    pairs = {(channel, category) for _, channel, category in mine}
    for channel in _groups(warehouse, whole, "channel", {}):
        pairs |= {(channel, category) for category in _groups(warehouse, whole, "category", {"channel": (channel,)})}
    rows = [_tracked(warehouse, whole, mine, channel, category) for channel, category in sorted(pairs)]
    together = _tracked(warehouse, whole, mine, None, None)
    so_far, left = _sum(row.planned_so_far for row in rows), _sum(row.left for row in rows)
    return replace(together, planned_so_far=so_far, left=left), *rows


def _groups(warehouse: Warehouse, year: Period, by: str, where: Mapping[str, tuple[str, ...]]) -> list[str]:
    found = breakdown(warehouse, SPENDING, year, by, where=where)
    return [one.group for one in found if one.group is not None and one.estimate.value]


def _tracked(
    warehouse: Warehouse, year: Period, plan: Mapping[Cell, Decimal], channel: str | None, category: str | None
) -> Tracked:
    where = {} if channel is None or category is None else {"channel": (channel,), "category": (category,)}
    both = Period(date(year.start.year - 1, 1, 1), year.end)
    steps = trend(warehouse, SPENDING, both, Grain.MONTH, where=where)
    planned = _planned(plan, channel, category)
    months = tuple(
        Month(start=step.period.start, planned=planned.get(step.period.start), spent=step) for step in steps[12:]
    )
    over = [month for month in months if month.is_over]
    kept = [(month.planned, month.amount) for month in over if month.planned is not None and month.amount is not None]
    return Tracked(
        channel=channel,
        category=category,
        months=months,
        planned=_sum(month.planned for month in months),
        planned_so_far=_sum(planned for planned, _ in kept),
        left=_sum(planned - amount for planned, amount in kept),
        spent=_sum(month.amount for month in over),
        forecast=_forecast(steps, months),
    )


def _forecast(steps: Sequence[Measurement], year: Sequence[Month]) -> Estimate:
    """The year's cost, from its months and from the months before it."""
    past = [amount for step in steps if step.is_complete and (amount := _amount(step)) is not None]
    rest = forecast_sum(past[-LOOKED_BACK:], sum(not month.spent.is_complete for month in year))
    if rest.value is None:
        return rest
    over = float(_sum(month.amount for month in year if month.is_over) or 0)
    least = float(_sum(month.amount for month in year) or 0)  # with the month that has begun
    return Estimate(
        value=max(over + float(rest.value), least),
        low=None if rest.low is None else max(over + rest.low, least),
        high=None if rest.high is None else max(over + rest.high, least),
        n=rest.n,
        method=rest.method,
    )


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
