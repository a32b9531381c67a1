"""What a customer is worth, and how much winning one may cost: sums by month, in closed form at a constant churn."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kpi.analysis.lifetime_value import monthly_rate
from kpi.analysis.monthly_curve import MonthlyCurve, expected_months

# Amounts closer than that are one: what rounding leaves of a sum that equals the cost.
SAME: Final = 1e-9


class Constraint(StrEnum):
    """What limits how much a customer may cost."""

    VALUE = "value"
    PAYBACK = "payback"
    MARGIN_FLOOR = "margin_floor"


class Shortfall(StrEnum):
    """Why nothing can be paid."""

    NO_REVENUE = "no_revenue"
    NO_MARGIN = "no_margin"
    OTHER_COST = "other_cost_above_ceiling"
    FLOOR = "margin_floor_above_margin"
    NO_FIRST_ORDER = "no_first_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The values that an assumption can have, both ends included; a whole number when `is_whole`."""

    low: float
    high: float
    is_whole: bool = False

    def holds(self, value: float) -> bool:
        """Whether the value is one of them."""
        return self.low <= value <= self.high and (not self.is_whole or float(value).is_integer())


BOUNDS: Final[Mapping[str, Bounds]] = MappingProxyType(
    {
        "arpa": Bounds(low=0, high=1e9),
        "margin": Bounds(low=-10, high=1),
        "churn": Bounds(low=0, high=1),
        "discount": Bounds(low=0, high=1),
        "other_cost": Bounds(low=0, high=1e9),
        "target_ratio": Bounds(low=0.1, high=100),
        "payback": Bounds(low=1, high=12_000, is_whole=True),
        "floor": Bounds(low=0, high=1),
        "horizon": Bounds(low=1, high=12_000, is_whole=True),
        "first_order": Bounds(low=0, high=1e9),
        "rho": Bounds(low=0, high=1),
    }
)
"""What each of the `Assumptions` can be, under its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What the ceiling follows from; `ValueError` for a value outside `BOUNDS`.

    `arpa`: monthly revenue per customer; `margin`: what is left of it, as a share; `churn`: share of customers lost in
    a month; `discount`: by year; `other_cost`: programme cost per new customer besides commission; `target_ratio`:
    value for each unit of acquisition cost; `payback`: months within which the cost must be back; `floor`: share of
    revenue to be kept of every sale; `horizon`: months that count; `first_order`: its value, None where it is not
    known; `rho`: what is left of a commission from one month to the next. With a `curve`, in shares of `arpa`,
    customers pay along it, and `churn` counts for nothing.
    """

    arpa: float
    margin: float
    churn: float
    other_cost: float
    discount: float = 0.0
    target_ratio: float = 3.0
    payback: int = 12
    floor: float = 0.0
    horizon: int = 36
    first_order: float | None = None
    rho: float = 0.9
    curve: MonthlyCurve | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name, bounds in BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not bounds.holds(value):
                raise ValueError(f"{name} is from {bounds.low:g} to {bounds.high:g}, not {value:g}.")

    @property
    def monthly_margin(self) -> float:
        """What a customer leaves in a month."""
        return self.arpa * self.margin

    @property
    def monthly_discount(self) -> float:
        """The rate that makes the yearly one in twelve months."""
        return monthly_rate(self.discount)

    def expected_months(self, *, months: int, discount: float = 0.0, keeps: float = 1.0, after: int = 0) -> float:
        """How many times `arpa` a customer pays from month `after` on before month `months`; rates by month."""
        if self.curve is not None:
            return self.curve.expected_months(months=months, discount=discount, keeps=keeps, after=after)
        return expected_months(self.churn, months=months, discount=discount, keeps=keeps, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """How much winning a customer may cost, and why; amounts in the currency.

    `ltv` is a customer's margin within the horizon, discounted; `cap_value` that over the target ratio; `cap_payback`
    the margin within the payback limit. `max_acquisition_cost` is the smaller, never below zero, `binding` the
    constraint that makes it, and `for_commission` what the programme's other cost leaves of it. `shortfall` says why
    that is nothing.
    """

    ltv: float
    cap_value: float
    cap_payback: float
    max_acquisition_cost: float
    for_commission: float
    binding: Constraint
    shortfall: Shortfall | None


def find_ceiling(assumed: Assumptions) -> Ceiling:
    """The most that winning a customer may cost: value over the target ratio, or the margin within the limit."""
    ltv = assumed.monthly_margin * assumed.expected_months(months=assumed.horizon, discount=assumed.monthly_discount)
    cap_value = ltv / assumed.target_ratio
    cap_payback = assumed.monthly_margin * assumed.expected_months(months=assumed.payback)
    most = max(min(cap_value, cap_payback), 0.0)
    shortfall = _shortfall(assumed, most)
    return Ceiling(
        ltv=ltv,
        cap_value=cap_value,
        cap_payback=cap_payback,
        max_acquisition_cost=most,
        for_commission=0.0 if shortfall else most - assumed.other_cost,
        binding=Constraint.VALUE if cap_value <= cap_payback else Constraint.PAYBACK,
        shortfall=shortfall,
    )


def lifetime_value(
    margin: float, churn: float, *, discount: float = 0.0, months: int, is_paid_at_end: bool = False
) -> float:
    """The margin that a customer is expected to leave within so many months, discounted.

    `margin`, `churn` and `discount` are those of a month. A month's margin comes at its start, the first at once, or
    at its end; over a lifetime without end the two differ by one margin (Gupta and Lehmann 2003).
    """
    paid = margin * expected_months(churn, discount=discount, months=months)
    return paid * (1 - churn) / (1 + discount) if is_paid_at_end else paid


def _shortfall(assumed: Assumptions, most: float) -> Shortfall | None:
    if assumed.arpa <= SAME:
        return Shortfall.NO_REVENUE
    if assumed.margin <= 0:
        return Shortfall.NO_MARGIN
    return Shortfall.OTHER_COST if assumed.other_cost >= most else None
