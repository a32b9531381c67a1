"""What a customer won costs at present beside what they are worth, and when that is back."""

from dataclasses import dataclass

from kpi.analysis import Assumptions, Estimate, payback_of, product_of
from kpi.analysis.obstacle import Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentCost:
    """The acquisition `cost` of a customer won, `ratio` of their value to it, and `payback` in months.

    The payback is the smallest number of months whose margins of those still there add up to the cost.
    """

    cost: Estimate
    ratio: Estimate
    payback: int | Obstacle


def compare_with_value(cost: Estimate, value: Estimate, basis: Assumptions) -> PresentCost | None:
    """None where nothing is known of the cost, or nothing was spent; errors of both are taken to be independent."""
    if cost.value is None or value.value is None or float(cost.value) <= 0:
        return None
    spent = float(cost.value)
    inverse = Estimate(
        value=1 / spent,
        low=1 / cost.high if cost.high else None,
        high=1 / cost.low if cost.low else None,
        n=cost.n,
    )
    return PresentCost(cost=cost, ratio=product_of(value, inverse), payback=payback_of(basis, spent))
