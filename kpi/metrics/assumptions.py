"""What the ceiling of an acquisition cost follows from, measured: revenue, margin, churn, other cost, first order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kpi.analysis import BOUNDS, Estimate, estimate_mean
from kpi.analysis.obstacle import Obstacle
from kpi.language import mark, translate
from kpi.metrics.buying import SILENCE_DAYS, Buying, read_buying
from kpi.metrics.cohorts import months_until
from kpi.metrics.constant_churn import subscription_churn
from kpi.metrics.contribution_rates import REFERRED, subscription_margin
from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.economics import acquisition_cost, programme_cost
from kpi.metrics.measure import measure
from kpi.metrics.recurring import referred_average_revenue_per_account
from kpi.metrics.revenue import new_customers
from kpi.metrics.sales_costs import sales_cost_of_orders, sales_cost_of_subscriptions
from kpi.metrics.won_curve import WonCurve, measure_shop_curve, measure_subscription_curve
from kpi.period import Grain, Period, is_whole
from kpi.settings import Settings
from kpi.store import Listing, Warehouse

MONTHS: Final = 12
MEASURED: Final = ("arpa", "margin", "churn", "other_cost", "first_order")
SET: Final = ("discount", "target_ratio", "payback", "floor", "horizon", "rho")
NAMES: Final = (*MEASURED[:3], "discount", "other_cost", *SET[1:5], "first_order", "rho")

FROM_SETTINGS: Final = mark("the settings")
FROM_ORDERS: Final = mark("orders of customers won")
FROM_SILENCES: Final = mark("customers won, lost after {days} days without an order")
FROM_MARGINS: Final = mark("orders of customers won, less goods and sales costs")
FROM_SUBSCRIPTIONS: Final = mark("subscriptions of customers won")
FROM_PLANS: Final = mark("plans that customers won subscribe to, less sales costs")
FROM_DEFAULT_MARGIN: Final = mark("the default margin of the settings, less sales costs")
FROM_COSTS: Final = mark("programme cost without commissions, by customer won")
FROM_FIRST_ORDERS: Final = mark("first orders of customers won, net of refunds")
NOBODY: Final = mark("no customer was won")
NO_REVENUE: Final = mark("orders of customers won brought no revenue")
NOBODY_PAYING: Final = mark("no customer won was paying at the start of a month")
BEYOND: Final = mark("{value} was measured, which is not between {low} and {high}")
NO_MONTH: Final = mark("no complete month of data")
NOTHING: Final = Estimate(value=None)
WON: Final = {REFERRED: ("true",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A value that the ceiling follows from, under one of `NAMES`; `source` says where it comes from.

    `reason` says why there is none. One of the settings has neither interval nor n.
    """

    name: str
    estimate: Estimate
    source: str
    reason: str | None = None

    @property
    def value(self) -> float | None:
        """The number itself."""
        return None if self.estimate.value is None else float(self.estimate.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Every assumption by name, over `period`, the last complete months; None where there is none.

    `curve` is how customers won go on paying by the model of their past, or why there is none.
    """

    assumptions: Mapping[str, Assumption]
    period: Period | None
    curve: WonCurve | Obstacle = Obstacle.NOBODY


def measure_assumptions(warehouse: Warehouse, settings: Settings) -> Measured:
    """Measure what can be measured over the last twelve complete months, or those that the data has; the rest is set.

    A customer is one won through an ambassador. Where subscriptions bring more of their revenue than orders do,
    monthly revenue and churn are those of subscriptions.
    """
    chosen = settings.affordability
    fixed = {
        name: Assumption(
            name=name, estimate=Estimate(value=float(getattr(chosen, name))), source=translate(FROM_SETTINGS)
        )
        for name in SET
    }
    period = last_months(warehouse)
    reason = missing_reason(new_customers, warehouse.manifest) or (None if period else translate(NO_MONTH))
    if reason or period is None:
        absent = {name: Assumption(name=name, estimate=NOTHING, source="", reason=reason) for name in MEASURED}
        return Measured(assumptions=_in_order({**fixed, **absent}), period=period)
    found, curve = _measured(warehouse, settings, period)
    known = {one.name: _within_bounds(one) for one in found}
    return Measured(assumptions=_in_order({**fixed, **known}), period=period, curve=curve)


def _in_order(assumptions: Mapping[str, Assumption]) -> Mapping[str, Assumption]:
    return {name: assumptions[name] for name in NAMES}


def last_months(warehouse: Warehouse) -> Period | None:
    """The last twelve complete months, or as many as there are since customers can be known to be won."""
    end = warehouse.manifest.data_end
    if end is None:
        return None
    begins = coverage(warehouse, new_customers).begins
    months = [
        one
        for one in months_until(warehouse, _first_of_month(end), MONTHS)
        if is_whole(one, Grain.MONTH) and (begins is None or one.start >= begins)
    ]
    return Period(months[0].start, months[-1].end) if months else None


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _measured(
    warehouse: Warehouse, settings: Settings, period: Period
) -> tuple[tuple[Assumption, ...], WonCurve | Obstacle]:
    buying = read_buying(warehouse, period)
    monthly = measure(warehouse, referred_average_revenue_per_account, period).estimate
    months = len(period.steps(Grain.MONTH))
    curve: WonCurve | Obstacle
    if float(monthly.value or 0) * (monthly.n or 0) * months > buying.total:
        customers = _of_subscriptions(warehouse, settings, period, monthly)
        curve = measure_subscription_curve(warehouse, settings, period.end, WON)
    else:
        customers, mean = _of_orders(warehouse, settings, period, buying), float(buying.revenue.value or 0)
        curve = measure_shop_curve(warehouse, settings, period.end, WON, mean=mean) if mean > 0 else Obstacle.NOBODY
    return (*customers, _other_cost(warehouse, period), _first_order(warehouse, period)), curve


def _of_orders(warehouse: Warehouse, settings: Settings, period: Period, buying: Buying) -> tuple[Assumption, ...]:
    share = sales_cost_of_orders(warehouse, settings.sales_costs, period)
    margin = _transformed(buying.margin, lambda gross: gross - share)
    return (
        _assumption("arpa", buying.revenue, translate(FROM_ORDERS)),
        _assumption("churn", buying.churn, translate(FROM_SILENCES, days=SILENCE_DAYS)),
        _assumption("margin", margin, translate(FROM_MARGINS), absent=NO_REVENUE if margin.n else NOBODY),
    )


def _of_subscriptions(
    warehouse: Warehouse, settings: Settings, period: Period, monthly: Estimate
) -> tuple[Assumption, ...]:
    source = translate(FROM_SUBSCRIPTIONS)
    share = sales_cost_of_subscriptions(warehouse, settings.sales_costs, period.end, WON)
    gross, told = subscription_margin(warehouse, period.end, WON), FROM_PLANS
    if gross.value is None:
        gross, told = Estimate(value=float(settings.default_margin_rate)), FROM_DEFAULT_MARGIN
    return (
        _assumption("arpa", monthly, source),
        _assumption("churn", subscription_churn(warehouse, period), source, absent=NOBODY_PAYING),
        _assumption("margin", _transformed(gross, lambda margin: margin - share), translate(told)),
    )


def _other_cost(warehouse: Warehouse, period: Period) -> Assumption:
    """What the programme costs besides commissions per customer won, its interval that of the count."""
    source = translate(FROM_COSTS)
    whole = measure(warehouse, acquisition_cost, period)
    spent = measure(warehouse, programme_cost, period)
    if whole.estimate.value is None or not spent.estimate.value:
        absent = whole.reason
        estimate = Estimate(value=0.0, n=whole.estimate.n) if spent.estimate.value == 0 and not absent else NOTHING
        return Assumption(name="other_cost", estimate=estimate, source=source, reason=absent)
    commission = measure(warehouse, programme_cost, period, where={"category": ["commission"]}).estimate.value or 0
    kept = 1 - float(commission) / float(spent.estimate.value)
    return _assumption("other_cost", _transformed(whole.estimate, lambda cost: kept * cost), source)


def _first_order(warehouse: Warehouse, period: Period) -> Assumption:
    first = Listing(
        mart="fct_first_orders",
        columns=("order_id",),
        order=("order_id",),
        where="ambassador_id is not null",
        date="ordered_date",
        period=period,
    )
    sums = warehouse.sums(
        Listing(
            mart="fct_won_orders",
            columns=("order_id", "revenue_amount"),
            order=("order_id",),
            among={"order_id": first},
            date="ordered_date",
            period=period,
        ),
        {
            "total": "cast(sum(revenue_amount) as double)",
            "squares": "sum(cast(revenue_amount as double) * cast(revenue_amount as double))",
            "orders": "count(*)",
        },
    )
    estimate = estimate_mean(sums["total"] or 0.0, sums["squares"] or 0.0, sums["orders"])
    return _assumption("first_order", estimate, translate(FROM_FIRST_ORDERS))


def _assumption(name: str, estimate: Estimate, source: str, *, absent: str = NOBODY) -> Assumption:
    reason = translate(absent) if estimate.value is None else None
    return Assumption(name=name, estimate=estimate, source=source, reason=reason)


def _within_bounds(one: Assumption) -> Assumption:
    """A value that cannot be reckoned with is none, and an interval reaches no further than those that can."""
    bounds = BOUNDS[one.name]
    if one.value is not None and not bounds.holds(one.value):
        facts = {"value": f"{one.value:,.6g}", "low": f"{bounds.low:,.6g}", "high": f"{bounds.high:,.12g}"}
        return replace(one, estimate=replace(NOTHING, n=one.estimate.n), reason=translate(BEYOND, **facts))
    inside = _transformed(one.estimate, lambda limit: min(max(limit, bounds.low), bounds.high))
    return replace(one, estimate=replace(inside, value=one.estimate.value))


def _transformed(estimate: Estimate, change: Callable[[float], float]) -> Estimate:
    """The estimate with its value and both limits changed."""
    value, low, high = (
        None if number is None else change(float(number)) for number in (estimate.value, estimate.low, estimate.high)
    )
    return replace(estimate, value=value, low=low, high=high)
