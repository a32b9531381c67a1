"""How many months' worth of revenue a customer brings: at a constant churn, or along a curve."""

from dataclasses import dataclass
from math import exp, expm1, isfinite, log, log1p
from typing import Final

import numpy as np

SMALLEST: Final = 1e-18
"""A loss from one month to the next below that is none."""


@dataclass(frozen=True, slots=True)
class MonthlyCurve:
    """What a customer pays in each month from the first, as shares of one amount; `ValueError` for what cannot be.

    Beyond the last share the pace of the last two goes on, never rising.
    """

    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not self.shares or not all(isfinite(share) and share >= 0 for share in self.shares):
            raise ValueError("A curve has a share of at least one month, none of them negative.")

    def expected_months(self, *, months: int, discount: float = 0.0, keeps: float = 1.0, after: int = 0) -> float:
        """Σ share_t · (keeps / (1 + discount))^t over the months t from `after` on before `months`."""
        known, factor = len(self.shares), keeps / (1 + discount)
        steps = np.arange(min(after, known), min(months, known))
        total = float((np.array(self.shares)[steps] * factor**steps).sum())
        beyond = months - known
        if beyond <= 0 or self._pace <= 0 or factor <= 0:
            return total
        tail = expected_months(
            1 - self._pace, discount=discount, months=beyond, keeps=keeps, after=max(after - known, 0)
        )
        return total + self.shares[-1] * self._pace * factor**known * tail

    @property
    def _pace(self) -> float:
        """What is left of the last month in the next."""
        if len(self.shares) == 1 or self.shares[-2] <= 0:
            return 0.0
        return min(self.shares[-1] / self.shares[-2], 1.0)


def expected_months(churn: float, *, discount: float = 0.0, months: int, keeps: float = 1.0, after: int = 0) -> float:
    """Σ q^t over the months t from `after` on before `months`, q being what is left of one month in the next.

    q = (1 - churn) · keeps / (1 + discount): with neither discount nor `keeps`, the months that a customer is expected
    to stay. `keeps` is what is left of an amount from one month to the next.
    """
    if months <= after:
        return 0.0
    left = (1 - churn) * keeps / (1 + discount)
    lost = (churn + discount + (1 - churn) * (1 - keeps)) / (1 + discount)
    if left <= 0:
        return 0.0 if after else 1.0
    # 1 - q is summed up rather than subtracted, so that a churn of a millionth keeps its digits.
    if lost < SMALLEST:
        return float(months - after)
    decay = log1p(-lost) if lost < 0.5 else log(left)
    return exp(after * decay) * -expm1((months - after) * decay) / lost
