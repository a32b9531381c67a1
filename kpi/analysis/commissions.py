"""The highest commission that a ceiling leaves, under each way of paying one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kpi.analysis.affordability import SAME, Assumptions, Constraint, Shortfall, find_ceiling

YEAR: Final = 12
DEGRESSIVE_STEPS: Final = (1.0, 0.5)
HYBRID_FIXED_SHARE: Final = 0.5


class Schedule(StrEnum):
    """A way of paying for a customer: once, or a share of what they pay month after month."""

    ONE_OFF = "one_off"
    FIRST_ORDER_SHARE = "first_order_share"
    RECURRING = "recurring_12_months"
    LIFETIME = "recurring_lifetime"
    DEGRESSIVE = "degressive"
    GEOMETRIC = "geometric"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """The highest commission of a schedule: a `rate` of revenue, an `amount` of money, or of the hybrid both.

    `binding` is the constraint that stands in the way of more, `limits` the highest rate (without one, amount) that
    each constraint alone would allow; below zero when it does not allow what else a customer costs. Nothing can be
    paid where there is a `shortfall`; `limits` are empty and `binding` is None where that leaves nothing to compute.
    """

    schedule: Schedule
    rate: float | None
    amount: float | None
    binding: Constraint | None
    limits: Mapping[Constraint, float]
    shortfall: Shortfall | None = None

    @property
    def slack(self) -> Mapping[Constraint, float]:
        """How much more each constraint but the binding one would allow, in the unit of its limit; below zero: less."""
        paid = (self.amount if self.rate is None else self.rate) or 0.0
        return {name: limit - paid for name, limit in self.limits.items() if name is not self.binding}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Burden:
    """What one unit of rate costs: within the horizon, discounted, and within the payback limit."""

    value: float
    payback: float


def solve_commissions(assumed: Assumptions) -> tuple[Commission, ...]:
    """The highest commission of every schedule, in the order of `Schedule`."""
    return tuple(solve_commission(assumed, schedule) for schedule in Schedule)


def solve_commission(assumed: Assumptions, schedule: Schedule) -> Commission:
    """The highest commission of one schedule that keeps value, payback and margin floor.

    A rate c of revenue with weights w_t (the first is 1), paid to whom stays: c ≤ (cap_value - other cost) /
    (arpa Σ w_t S_t / (1 + d)^t), c ≤ (cap_payback - other cost) / (arpa Σ w_t S_t) over the months of the payback
    limit, c ≤ margin - floor.
    """
    ceiling = find_ceiling(assumed)
    fixed = HYBRID_FIXED_SHARE * ceiling.for_commission if schedule is Schedule.HYBRID else 0.0
    room = {
        Constraint.VALUE: ceiling.cap_value - assumed.other_cost - fixed,
        Constraint.PAYBACK: ceiling.cap_payback - assumed.other_cost - fixed,
    }
    if schedule is Schedule.ONE_OFF:
        return _paid_once(room, ceiling.shortfall)
    burden = _burden(assumed, schedule)
    if burden is None:
        # A share of nothing: no rate can be named, and none would be paid.
        absent = Shortfall.NO_FIRST_ORDER if schedule is Schedule.FIRST_ORDER_SHARE else Shortfall.NO_REVENUE
        return Commission(
            schedule=schedule, rate=0.0, amount=None, binding=None, limits=MappingProxyType({}), shortfall=absent
        )
    limits = {
        Constraint.VALUE: room[Constraint.VALUE] / burden.value,
        Constraint.PAYBACK: room[Constraint.PAYBACK] / burden.payback,
        Constraint.MARGIN_FLOOR: assumed.margin - assumed.floor,
    }
    binding = min(limits, key=lambda name: limits[name])
    shortfall = _shortfall(limits, ceiling.shortfall)
    return Commission(
        schedule=schedule,
        rate=0.0 if shortfall else limits[binding],
        amount=fixed if schedule is Schedule.HYBRID else None,
        binding=binding,
        limits=MappingProxyType(limits),
        shortfall=shortfall,
    )


def _paid_once(room: Mapping[Constraint, float], shortfall: Shortfall | None) -> Commission:
    binding = min(room, key=lambda name: room[name])
    return Commission(
        schedule=Schedule.ONE_OFF,
        rate=None,
        amount=0.0 if shortfall else room[binding],
        binding=binding,
        limits=MappingProxyType(dict(room)),
        shortfall=shortfall,
    )


def _burden(assumed: Assumptions, schedule: Schedule) -> _Burden | None:
    """None where there is no revenue of which a share could be paid."""
    if schedule is Schedule.FIRST_ORDER_SHARE:
        first = assumed.first_order or 0.0
        return _Burden(value=first, payback=first) if first > SAME else None
    value = assumed.arpa * _weighted(assumed, schedule, assumed.horizon, assumed.monthly_discount)
    payback = assumed.arpa * _weighted(assumed, schedule, assumed.payback, 0.0)
    return _Burden(value=value, payback=payback) if min(value, payback) > SAME else None


def _weighted(assumed: Assumptions, schedule: Schedule, months: int, discount: float) -> float:
    """Σ w_t S_t / (1 + d)^t over the months of the schedule within so many."""
    if schedule is Schedule.GEOMETRIC:
        return assumed.expected_months(discount=discount, months=months, keeps=assumed.rho)
    if schedule is Schedule.LIFETIME:
        return assumed.expected_months(discount=discount, months=months)
    if schedule is Schedule.DEGRESSIVE:
        return sum(
            weight
            * assumed.expected_months(discount=discount, months=min(months, YEAR * (year + 1)), after=YEAR * year)
            for year, weight in enumerate(DEGRESSIVE_STEPS)
        )
    return assumed.expected_months(discount=discount, months=min(months, YEAR))


def _shortfall(limits: Mapping[Constraint, float], general: Shortfall | None) -> Shortfall | None:
    if general is not None:
        return general
    if limits[Constraint.MARGIN_FLOOR] <= 0:
        return Shortfall.FLOOR
    # A fixed part that is half of what is left never uses it up.
    return None
