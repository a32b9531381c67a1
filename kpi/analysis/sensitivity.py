"""How far an answer moves with each of the assumptions that it follows from, one at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import hypot
from typing import Any, Final

from kpi.analysis.affordability import BOUNDS, Assumptions
from kpi.analysis.estimate import Estimate
from kpi.analysis.monthly_curve import MonthlyCurve

USUAL_STEP: Final = 0.1
"""How far an assumption without an interval is moved, as a share of it."""


CURVE: Final = "curve"
"""The name of the swing of the curve along which customers pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """An assumption between `low` and `high`, all others as they are, and the answer at either end.

    `is_interval`: the two are the limits of its 95 % interval, else a tenth below and above.
    """

    name: str
    low: float
    high: float
    at_low: float
    at_high: float
    is_interval: bool

    @property
    def size(self) -> float:
        """How far the answer moves."""
        return abs(self.at_high - self.at_low)


def find_swings(
    assumed: Assumptions,
    intervals: Mapping[str, tuple[float, float]],
    answer: Callable[[Assumptions], float],
    curves: tuple[MonthlyCurve, MonthlyCurve] | None = None,
) -> tuple[Swing, ...]:
    """The swing of every assumption that can be moved and moves the answer, the widest first.

    `intervals` are those of the assumptions that were measured, `curves` the ends of that of the curve, whose swing is
    in months paid within the horizon.
    """
    found = [_swing_of_curve(assumed, curves, answer)] if curves else []
    for name in BOUNDS:
        value = getattr(assumed, name)
        if value is None:
            continue
        low, high = intervals.get(name) or _around(name, float(value))
        at_low, at_high = (answer(_moved(assumed, name, end)) for end in (low, high))
        found.append(
            Swing(name=name, low=low, high=high, at_low=at_low, at_high=at_high, is_interval=name in intervals)
        )
    return tuple(sorted((one for one in found if one.size), key=lambda one: -one.size))


def range_of(value: float, swings: tuple[Swing, ...]) -> Estimate:
    """The answer with the range that the intervals of what was measured leave it.

    Each assumption is taken to err for itself, so that their effects below and above add up as squares do.
    """
    measured = [one for one in swings if one.is_interval]
    if not measured:
        return Estimate(value=value)
    below = hypot(*(value - min(one.at_low, one.at_high, value) for one in measured))
    above = hypot(*(max(one.at_low, one.at_high, value) - value for one in measured))
    return Estimate(value=value, low=value - below, high=value + above, method="one at a time")


def product_of(first: Estimate, second: Estimate) -> Estimate:
    """Two independent estimates above zero times each other; relative errors add up as squares do."""
    if first.value is None or second.value is None:
        return Estimate(value=None, n=second.n)
    value = float(first.value) * float(second.value)
    limits = [(float(one.value or 0), one.low, one.high) for one in (first, second)]
    known = [(middle, low, high) for middle, low, high in limits if middle > 0 and low is not None and high is not None]
    if not known:
        return Estimate(value=value, n=second.n)
    below = hypot(*((middle - low) / middle for middle, low, _ in known))
    above = hypot(*((high - middle) / middle for middle, _, high in known))
    return Estimate(
        value=value, low=max(value * (1 - below), 0.0), high=value * (1 + above), n=second.n, method="product"
    )


def _swing_of_curve(
    assumed: Assumptions, curves: tuple[MonthlyCurve, MonthlyCurve], answer: Callable[[Assumptions], float]
) -> Swing:
    low, high = (curve.expected_months(months=assumed.horizon) for curve in curves)
    at_low, at_high = (answer(replace(assumed, curve=curve)) for curve in curves)
    return Swing(name=CURVE, low=low, high=high, at_low=at_low, at_high=at_high, is_interval=True)


def _around(name: str, value: float) -> tuple[float, float]:
    bounds = BOUNDS[name]
    step = abs(USUAL_STEP * value)
    if bounds.is_whole:
        step = max(1.0, float(round(step)))
    return max(value - step, bounds.low), min(value + step, bounds.high)


def _moved(assumed: Assumptions, name: str, value: float) -> Assumptions:
    moved: dict[str, Any] = {name: int(value) if BOUNDS[name].is_whole else value}
    return replace(assumed, **moved)
