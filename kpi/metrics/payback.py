"""When the customers won in a month have brought back what winning them cost."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

from kpi.language import mark, translate
from kpi.metrics.cohorts import Cohort, Cohorts, months_until
from kpi.metrics.coverage import Coverage, coverage, missing_reason
from kpi.metrics.definitions import AMBASSADOR, Better, Metric, Part, Sums, Unit, over, quotient
from kpi.metrics.economics import SECTION, acquisition_cost
from kpi.metrics.measure import Filters, Measurement, measurement, read_sums
from kpi.metrics.revenue import NEEDS
from kpi.period import Grain, Period, is_whole
from kpi.store import Warehouse

FREE = mark("the programme cost nothing")

# Not of the registry: it is one of a cohort and a month since, and means nothing for a period.
cost_paid_back = Metric(
    name="cost_paid_back",
    label="Paid back",
    unit=Unit.SHARE,
    better=Better.UP,
    section=SECTION,
    means="Margin of the orders of the customers won in a month until now, as a share of what the programme cost then.",
    formula="cumulated margin of customers won in the month, net of refunds / programme cost of that month",
    needs=NEEDS,
    parts=(
        Part(
            mart="fct_won_margins_daily",
            date="ordered_date",
            components={"margin": "sum(margin_amount)"},
            dimensions={**AMBASSADOR, "first_month": "first_month"},
        ),
    ),
    estimate=lambda sums: quotient(sums.amount("margin"), sums.amount("cost")),
    ratio=over("margin", "cost"),
    absent=FREE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payback:
    """The customers won in a month: what that cost, and the margin of their orders so far; money in the currency.

    `cohort` holds the share of the cost brought back by the end of the month in which they were won and of each month
    since; its size is how many they are. `months` is how many months after their own the whole cost was back, 0 being
    their own; None while it is not. `months_seen` is how many months since are over, so that without `months` the
    cohort is censored there. `reason` says why nothing can be said of paying back; `cost` and `margin` are None where
    the data does not tell them either.
    """

    cohort: Cohort
    cost: Decimal | None
    margin: Decimal | None
    months: int | None
    months_seen: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paybacks:
    """Cohorts by month of acquisition, the oldest first; `cohorts` are theirs, its steps months since."""

    cohorts: Cohorts
    items: tuple[Payback, ...]


def payback_by_month(warehouse: Warehouse, end: date, *, months: int = 12, where: Filters | None = None) -> Paybacks:
    """The margin that the customers won in each month brought since, against what the programme cost in that month.

    The cohorts are the `months` calendar months up to the day before `end` that the data reaches back to, as known at
    `end`, refunds of any day included; of a month in which the data begins, who was won before is not known. Customers
    are won as in `new_customers`, and all their orders count, whoever led to the later ones. What later months cost
    belongs to the customers won then. A month that is not over, or of which costs are still to come, is never said to
    be paid back.
    """
    winning, days = coverage(warehouse, acquisition_cost), coverage(warehouse, cost_paid_back)
    recent = months_until(warehouse, end, months)
    periods = tuple(period for period in recent if winning.begins is None or period.end > winning.begins)
    won = read_sums(warehouse, acquisition_cost, periods, None, where, None) if periods else {}
    earned = read_sums(warehouse, cost_paid_back, periods, "first_month", where, None) if periods else {}
    items = []
    for number, period in enumerate(periods):
        sums = won.get((number, None), {})
        name = period.start.isoformat()
        cost = measurement(
            warehouse,
            acquisition_cost,
            period,
            None,
            sums,
            days=winning,
            reason=winning.explain_unmatched(period),
            is_segment=bool(where),
        )
        margins = [Sums(earned.get((later, name), {})).amount("margin") for later in range(number, len(periods))]
        items.append(_payback(warehouse, cost, Sums(sums), periods[number:], margins, days, winning.begins))
    gap = winning.explain_gap(recent[-1]) if recent and not periods else None
    missing = missing_reason(acquisition_cost, warehouse.manifest) or gap
    kept = () if missing else tuple(items)
    steps = tuple(range(len(periods)))
    return Paybacks(
        cohorts=Cohorts(steps=steps, cohorts=tuple(item.cohort for item in kept), reason=missing), items=kept
    )


def months_to_pay_back(cost: Decimal, margins: list[Decimal]) -> int | None:
    """The first month, counted from 0, by whose end the margins of the months add up to the cost; None when none is."""
    totals = enumerate(accumulate(margins))
    return next((number for number, total in totals if total >= cost), None)


def _payback(
    warehouse: Warehouse,
    winning: Measurement,
    sums: Sums,
    periods: tuple[Period, ...],
    margins: list[Decimal],
    days: Coverage,
    begins: date | None,
) -> Payback:
    cost, name = sums.amount("cost"), periods[0].start.isoformat()
    reason = winning.reason or (translate(FREE) if cost <= 0 else None)
    is_told = winning.reason in (None, translate(acquisition_cost.absent))
    open_reason = _why_open(winning)
    is_settled = open_reason is None
    gaps = [days.explain_gap(period) for period in periods]
    shares = []
    for period, gap, total in zip(periods, gaps, accumulate(margins), strict=True):
        components = {"margin": total, "cost": cost}
        share = measurement(warehouse, cost_paid_back, period, name, components, days=days, reason=reason or gap)
        is_over = is_settled and share.is_complete and is_whole(period, Grain.MONTH)
        shares.append(replace(share, is_complete=is_over))
    known = [margin for margin, gap in zip(margins, gaps, strict=True) if gap is None]
    return Payback(
        cohort=Cohort(
            month=periods[0].start,
            size=sums.count("won"),
            shares=tuple(shares),
            is_first_recorded=begins is not None and periods[0].start < begins,
        ),
        cost=cost if is_told else None,
        margin=sum(known, Decimal()) if is_told else None,
        months=months_to_pay_back(cost, known) if is_settled and reason is None else None,
        months_seen=max(sum(share.is_complete for share in shares) - 1, 0),
        reason=reason or open_reason,
    )


def _why_open(winning: Measurement) -> str | None:
    """Why a month's cost and customers may still change; None when both are all there."""
    if not is_whole(winning.period, Grain.MONTH):
        return translate("the month is not over")
    return None if winning.is_complete else translate("costs or orders are not all there")
