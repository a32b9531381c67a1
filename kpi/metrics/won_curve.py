"""How customers won go on paying, month by month, as the model of their past says."""

from dataclasses import dataclass
from datetime import date
from math import isfinite

from kpi.analysis import MonthlyCurve
from kpi.analysis.obstacle import Obstacle
from kpi.metrics.constant_churn import tested_on_orders, tested_on_subscriptions
from kpi.metrics.lifetime_definitions import BackTest, Course, Method
from kpi.metrics.purchase_histories import Filters
from kpi.metrics.sales_costs import sales_cost_of_buyers
from kpi.metrics.shop_value import estimate_shop_value
from kpi.metrics.subscription_value import estimate_subscription_value
from kpi.settings import Settings
from kpi.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class WonCurve:
    """What a customer won pays in each month, in shares of their mean monthly revenue.

    `low` and `high` bound 95 % of the refits. Those of a shop hold what is spent on a purchase, too (`holds_amounts`);
    those of subscriptions only who stays. `default` is the method that did better on the past in `test`,
    where the formula is the constant churn of the ceiling.
    """

    expected: MonthlyCurve
    low: MonthlyCurve
    high: MonthlyCurve
    holds_amounts: bool
    default: Method
    test: BackTest | Obstacle


def measure_shop_curve(
    warehouse: Warehouse, settings: Settings, end: date, where: Filters, *, mean: float
) -> WonCurve | Obstacle:
    """That of the shop as known at the midnight of `end`, in shares of `mean`, the monthly revenue per customer."""
    found = estimate_shop_value(warehouse, end, settings, where=where)
    if isinstance(found, Obstacle):
        return found
    course = found.courses[Method.MODEL]
    if isinstance(course, Obstacle):
        return course
    sales_cost = sales_cost_of_buyers(warehouse, settings.sales_costs, end, where)
    test = found.test if isinstance(found.test, Obstacle) else tested_on_orders(warehouse, found.test, sales_cost)
    return _curve(course, mean, test, holds_amounts=True)


def measure_subscription_curve(
    warehouse: Warehouse, settings: Settings, end: date, where: Filters
) -> WonCurve | Obstacle:
    """That of subscriptions: the share of subscribers still there."""
    found = estimate_subscription_value(warehouse, end, settings, where=where)
    if isinstance(found, Obstacle):
        return found
    course = found.survival[Method.MODEL]
    if isinstance(course, Obstacle):
        return course
    test = found.test if isinstance(found.test, Obstacle) else tested_on_subscriptions(warehouse, found.test)
    return _curve(course, 1.0, test, holds_amounts=False)


def _curve(course: Course, unit: float, test: BackTest | Obstacle, *, holds_amounts: bool) -> WonCurve | Obstacle:
    months = (course.expected, course.low, course.high)
    if not all(isfinite(amount) and amount >= 0 for amounts in months for amount in amounts):
        return Obstacle.NOT_FITTED
    expected, low, high = (MonthlyCurve(tuple(amount / unit for amount in amounts)) for amounts in months)
    default = Method.FORMULA if isinstance(test, Obstacle) else test.better
    return WonCurve(expected=expected, low=low, high=high, holds_amounts=holds_amounts, default=default, test=test)
