"""From a model and its refits on customers drawn anew to values with intervals, by horizon and method."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kpi.analysis import Estimate
from kpi.analysis.lifetime_value import monthly_rate
from kpi.analysis.obstacle import Obstacle
from kpi.metrics.lifetime_definitions import MOST_FAILED, REACH, Course, Method, Value

Floats = npt.NDArray[np.float64]
LIMITS = (0.025, 0.975)


class Model(Protocol):
    """What is fitted on customers, by either method."""

    def course(self, method: Method, months: int) -> Floats | Obstacle:
        """The revenue of a new customer in each of the coming months, that of a month at its start."""
        ...

    def contribution(self, revenue: float) -> float:
        """What is left of so much revenue of a new customer."""
        ...


Values = Mapping[int, Mapping[Method, Value | Obstacle]]


def estimate_values(
    model: Model, drawn: Sequence[Model], horizons: Sequence[int], *, discount: float, n: int
) -> Values:
    """What a new customer brings within each of the horizons, in months, discounted by year; intervals from `drawn`."""
    worth = {method: _within(model, method, horizons, discount) for method in Method}
    spread = {method: [_within(one, method, horizons, discount) for one in drawn] for method in Method}
    return {
        months: {method: _value(place, worth[method], spread[method], n) for method in Method}
        for place, months in enumerate(horizons)
    }


def estimate_course(model: Model, drawn: Sequence[Model], method: Method) -> Course | Obstacle:
    """The months of a new customer, and those whose sums until each month bound 95 % of the refits' sums."""
    expected = model.course(method, REACH)
    if isinstance(expected, Obstacle):
        return expected
    courses = (one.course(method, REACH) for one in drawn)
    kept = [np.cumsum(course) for course in courses if not isinstance(course, Obstacle)]
    if not _are_enough(kept, drawn):
        return _course(expected, expected, expected)
    low, high = (np.diff(until, prepend=0.0) for until in np.quantile(np.array(kept), LIMITS, axis=0))
    return _course(expected, low, high)


def _course(expected: Floats, low: Floats, high: Floats) -> Course:
    return Course(expected=tuple(map(float, expected)), low=tuple(map(float, low)), high=tuple(map(float, high)))


def _are_enough(kept: Sequence[Floats], drawn: Sequence[object]) -> bool:
    return bool(kept) and len(kept) >= (1 - MOST_FAILED) * len(drawn)


def _within(model: Model, method: Method, horizons: Sequence[int], discount: float) -> Floats | Obstacle:
    """Revenue and contribution within each of the horizons, a row each."""
    course = model.course(method, max(horizons))
    if isinstance(course, Obstacle):
        return course
    months = np.arange(len(course))
    revenue = np.cumsum(course * (1 + monthly_rate(discount)) ** -months)[np.array(horizons) - 1]
    return np.array([(one, model.contribution(float(one))) for one in revenue])


def _value(place: int, worth: Floats | Obstacle, spread: Sequence[Floats | Obstacle], n: int) -> Value | Obstacle:
    if isinstance(worth, Obstacle):
        return worth
    kept = [one[place] for one in spread if not isinstance(one, Obstacle)]
    if not _are_enough(kept, spread):
        revenue, contribution = (Estimate(value=float(one), n=n) for one in worth[place])
        return Value(revenue=revenue, contribution=contribution)
    low, high = np.quantile(np.array(kept), LIMITS, axis=0)
    revenue, contribution = (
        Estimate(value=float(one), low=float(low[part]), high=float(high[part]), n=n, method="bootstrap")
        for part, one in enumerate(worth[place])
    )
    return Value(revenue=revenue, contribution=contribution)
