"""What the affordability page asks: measured once per version, solved anew with each assumption."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpi.analysis import Assumptions, Ceiling, Estimate, Swing, find_ceiling, find_swings, range_of
from kpi.metrics.affording import Affordability, afford
from kpi.metrics.assumptions import Measured, measure_assumptions
from kpi.metrics.lifetime_definitions import Method
from kpi.ui.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What may be paid, and how sure that is; `page` asks about the months in which it was measured.

    `most` is the highest acquisition cost and `commission` what is left of it for one, with the range that the
    intervals of what was measured leave; `swings` are those of what is left, below zero where nothing is.
    """

    page: Page
    found: Affordability
    most: Estimate
    commission: Estimate
    value: Estimate
    swings: tuple[Swing, ...]


def measured(page: Page) -> Measured:
    """The assumptions as measured on the version that the page shows."""
    found: Measured = page.remember(
        f"assumptions {page.settings.affordability} {page.settings.sales_costs} {page.settings.default_margin_rate}",
        lambda: measure_assumptions(page.warehouse, page.settings),
    )
    return found


def solve(page: Page, known: Measured, assumed: Mapping[str, float], method: Method | None = None) -> Solved:
    """The answer under these assumptions: nothing is read for it."""
    found = afford(known, assumed, method)
    asked = replace(page, period=known.period) if known.period else page
    if found.basis is None or found.ceiling is None:
        none = Estimate(value=None)
        return Solved(page=asked, found=found, most=none, commission=none, value=none, swings=())
    basis, ceiling, curve = found.basis, found.ceiling, found.curve
    ends = (curve.low, curve.high) if curve else None
    intervals = {
        name: (one.estimate.low, one.estimate.high)
        for name, one in found.measured.items()
        if one.estimate.low is not None
        and one.estimate.high is not None
        # the ends of the curve hold that of the amounts already
        and not (name == "arpa" and curve and curve.holds_amounts)
    }

    def ranged(value: float, answer: str) -> Estimate:
        swings = find_swings(basis, intervals, lambda one: float(getattr(find_ceiling(one), answer)), ends)
        return range_of(value, swings)

    left = left_for_commission(basis)
    swings = find_swings(basis, intervals, left_for_commission, ends)
    return Solved(
        page=asked,
        found=found,
        most=_from_zero(ranged(ceiling.max_acquisition_cost, "max_acquisition_cost")),
        commission=_from_zero(range_of(left, swings)),
        value=ranged(ceiling.ltv, "ltv"),
        swings=swings,
    )


def left_for_commission(assumed: Assumptions) -> float:
    """What the ceiling leaves for a commission; below zero by what is missing."""
    ceiling: Ceiling = find_ceiling(assumed)
    return min(ceiling.cap_value, ceiling.cap_payback) - assumed.other_cost


def _from_zero(estimate: Estimate) -> Estimate:
    value, low, high = (
        None if number is None else max(float(number), 0.0) for number in (estimate.value, estimate.low, estimate.high)
    )
    return replace(estimate, value=value, low=low, high=high)
