"""What a customer is worth over time: margin while they stay, discounted, and when it has paid back what it cost.

Rates are fractions, and of the same unit of time as the margin and the churn: all monthly, or all yearly.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import isfinite, log1p

import numpy as np
import numpy.typing as npt

from kpi.analysis.obstacle import Obstacle

Floats = npt.NDArray[np.float64]


class Due(StrEnum):
    """When in a period its margin is had: at once, or by those who stayed until its end."""

    START = "start"
    END = "end"


def monthly_rate(yearly: float) -> float:
    """The monthly rate that compounds to a yearly one: 10 % a year is 0.797 % a month. `ValueError` below -100 %."""
    if not -1 < yearly < float("inf"):
        raise ValueError(f"A discount of {yearly} a year is not above -1.")
    return float(np.expm1(log1p(yearly) / 12))


def constant_survival(churn: float, periods: int) -> Floats:
    """The share still there at the start of each of the periods, when the same share leaves in each: 1, 1 - c, …"""
    _require(churn=churn)
    return np.asarray((1.0 - churn) ** np.arange(periods))


def perpetual_value(margin: float, churn: float, discount: float = 0.0, *, due: Due = Due.START) -> float | Obstacle:
    """The margin of a customer per period, until they leave, as of today; without a discount margin / churn.

    With retention r = 1 - churn it is margin · (1 + d) / (1 + d - r), or at the end of periods margin · r / (1 + d - r)
    (Farris et al.): one margin less. `Obstacle.ENDLESS` with neither churn nor discount.
    """
    _require(churn=churn, discount=discount)
    gap = discount + churn
    if gap <= 0:
        return Obstacle.ENDLESS
    value = margin * (1 + discount) / gap
    found = value if due is Due.START else margin * (1 - churn) / gap
    return found if isfinite(found) else Obstacle.ENDLESS


def value_over(
    margin: float, survival: Sequence[float] | Floats, discount: float = 0.0, *, due: Due = Due.START
) -> float:
    """The margin of a customer over as many periods as `survival` has shares, as of today; 0 over none.

    `survival` is the share still there at the start of each period, the first being 1, so that its length is the
    horizon. At the end of periods the margin is had of those who stayed, of the last period nobody is known to have:
    both values differ by the first margin.
    """
    _require(discount=discount)
    factors = np.asarray(survival, dtype=np.float64) * (1 + discount) ** -np.arange(len(survival), dtype=np.float64)
    return margin * float(factors.sum() if due is Due.START else factors[1:].sum())


def simple_payback(cost: float, margin: float) -> float | Obstacle:
    """Cost / margin per period: what is usual, and too short wherever customers leave."""
    if cost <= 0:
        return 0.0
    return cost / margin if margin > 0 else Obstacle.NEVER


def payback_time(cost: float, margin: float, churn: float) -> float | Obstacle:
    """When the margin of those still there has paid back the cost, at a constant churn, in periods and parts of them.

    P = ln(1 - cost · churn / margin) / ln(1 - churn). `Obstacle.NEVER` when the cost is margin / churn or more.
    """
    _require(churn=churn)
    if cost <= 0 or margin <= 0 or churn == 0:
        return simple_payback(cost, margin)
    if cost * churn >= margin:
        # with everybody gone after one period its margin is all there is
        return 1.0 if churn == 1 and cost == margin else Obstacle.NEVER
    return cost / margin if churn == 1 else log1p(-cost * churn / margin) / log1p(-churn)


def expected_path(amounts: npt.ArrayLike, ages: npt.ArrayLike, survival: npt.ArrayLike, periods: int) -> Floats:
    """What the recurring amounts of today come to at the start of each of the periods, the first being now.

    Each amount belongs to somebody who has stayed `ages` whole periods and goes on with the share of `survival` (at the
    start of each period since they began) who stay that much longer. Beyond the last share known the last pace of
    leaving holds; where nobody stayed so long, nothing is left.
    """
    known = np.asarray(survival, dtype=np.float64)
    held, since = np.asarray(amounts, dtype=np.float64), np.asarray(ages, dtype=np.int64)
    last_pace = known[-1] / known[-2] if len(known) > 1 and known[-2] > 0 else 0.0
    longest = int(since.max(initial=0)) + periods
    beyond = known[-1] * last_pace ** np.arange(1, longest + 1) if len(known) else np.zeros(longest)
    shares = np.concatenate([known, beyond])
    now = shares[since]
    paths = (shares[since + ahead] / np.where(now > 0, now, 1.0) for ahead in range(periods))
    return np.array([float((held * path)[now > 0].sum()) for path in paths])


def _require(*, churn: float = 0.0, discount: float = 0.0) -> None:
    if not 0 <= churn <= 1:
        raise ValueError(f"A churn of {churn} is not between 0 and 1.")
    if not (discount >= 0 and isfinite(discount)):
        raise ValueError(f"A discount of {discount} is not 0 or more.")
