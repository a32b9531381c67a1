"""How long subscribers stay: the shifted-beta-geometric model (Fader and Hardie 2007).

At the end of each period a subscriber leaves with a chance of their own; the chances are beta distributed. Those likely
to leave go first, so that the retention of a cohort rises with its age.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, hyp2f1

from kpi.analysis.likelihood import most_likely
from kpi.analysis.obstacle import Obstacle

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """At each renewal, the first after one period: how many were `at_risk` of leaving, how many had `left`."""

    at_risk: Floats
    left: Floats

    @classmethod
    def of_lifetimes(cls, periods: npt.ArrayLike, has_left: npt.ArrayLike, counts: npt.ArrayLike) -> "Renewals":
        """From whole periods: after how many somebody left (1 at least), or for how many they were seen to renew.

        `counts` says how many subscribers each entry stands for. `ValueError` for lifetimes that cannot be.
        """
        lived, gone = np.asarray(periods, dtype=np.int64), np.asarray(has_left, dtype=np.bool_)
        weights = np.asarray(counts, dtype=np.float64)
        if (lived < gone).any() or (weights < 0).any():
            raise ValueError("Who left did so after one period or more, and a number of subscribers is not negative.")
        length = int(lived.max(initial=0))
        left = np.bincount(lived, weights=weights * gone, minlength=length + 1)
        seen = np.bincount(lived, weights=weights, minlength=length + 1)
        return cls(at_risk=np.cumsum(seen[::-1])[::-1][1:].astype(float), left=left[1:].astype(float))

    @classmethod
    def of_cohort(cls, remaining: npt.ArrayLike) -> "Renewals":
        """From how many of one cohort were still there at its beginning and after each period."""
        counts = np.asarray(remaining, dtype=np.float64)
        if (np.diff(counts) > 0).any() or (counts < 0).any():
            raise ValueError("A cohort does not grow.")
        return cls(at_risk=counts[:-1], left=-np.diff(counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftedBetaGeometric:
    """Fitted parameters, and the log-likelihood they were found at."""

    alpha: float
    beta: float
    log_likelihood: float

    def survival(self, periods: int) -> Floats:
        """The share still there at the start of each of the periods, the first being 1."""
        ages = np.arange(periods)
        start = gammaln(self.beta) - gammaln(self.alpha + self.beta)
        return np.asarray(np.exp(gammaln(self.beta + ages) - gammaln(self.alpha + self.beta + ages) - start))

    def expected_lifetime(self) -> float | Obstacle:
        """How many periods are paid for; `Obstacle.ENDLESS` when alpha is 1 or less, as the mean then has no end."""
        if self.alpha <= 1:
            return Obstacle.ENDLESS
        return (self.alpha + self.beta - 1) / (self.alpha - 1)

    def discounted_lifetime(self, discount: float) -> float | Obstacle:
        """The periods paid for by a new subscriber, each at its value of today (Fader and Hardie 2010).

        Without a discount that is the expected lifetime, or the `Obstacle` that it has none.
        """
        return self._discounted(0, discount)

    def discounted_residual_lifetime(self, renewals: int, discount: float) -> float | Obstacle:
        """The periods still paid for by who is about to renew, from the next one, each at its value of today.

        `renewals` counts the one to come, from 1; without a discount as in `discounted_lifetime`.
        """
        if renewals < 1:
            raise ValueError(f"{renewals} is no renewal: the first is number 1.")
        found = self._discounted(renewals, discount)
        if isinstance(found, Obstacle):
            return found
        return (self.beta + renewals - 1) / (self.alpha + self.beta + renewals - 1) * found

    def _discounted(self, age: int, discount: float) -> float | Obstacle:
        if discount < 0:
            raise ValueError(f"A discount of {discount} is not 0 or more.")
        if discount == 0:
            return Obstacle.ENDLESS if self.alpha <= 1 else (self.alpha + self.beta + age - 1) / (self.alpha - 1)
        found = float(hyp2f1(1, self.beta + age, self.alpha + self.beta + age, 1 / (1 + discount)))
        return found if np.isfinite(found) else Obstacle.ENDLESS


def fit_shifted_beta_geometric(
    renewals: Renewals, *, begin: ShiftedBetaGeometric | None = None
) -> ShiftedBetaGeometric | Obstacle:
    """The most likely parameters; `begin` is where the search starts, such as an earlier fit.

    Cohorts of every age count together, each for as long as it was seen. `Obstacle.NOBODY`, `NOBODY_LEFT`,
    `EVERYBODY_LEFT` when nobody ever renewed, `NOT_FITTED`.
    """
    watched, left = float(renewals.at_risk.sum()), float(renewals.left.sum())
    if not watched:
        return Obstacle.NOBODY
    if not left:
        return Obstacle.NOBODY_LEFT
    if left == watched:
        return Obstacle.EVERYBODY_LEFT
    # the mean chance of leaving and how much people agree: a constant churn is many who agree, and then only the
    # sum of the parameters knows no limit
    start = (begin.alpha, begin.beta) if begin else (left / watched, 1 - left / watched)
    kept, ages = renewals.at_risk - renewals.left, np.arange(len(renewals.left))

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        alpha, beta = parameters
        leave, stay, either = np.log(alpha), np.log(beta + ages), np.log(alpha + beta + ages)
        value = left * leave + kept @ stay - renewals.at_risk @ either
        shared = renewals.at_risk @ (1 / (alpha + beta + ages))
        return float(value), np.array([left / alpha - shared, kept @ (1 / (beta + ages)) - shared])

    found = most_likely(likelihood, np.array(start), size=float(renewals.at_risk[0]))
    if isinstance(found, Obstacle):
        return found
    (alpha, beta), fitted = map(float, found[0]), found[1]
    return ShiftedBetaGeometric(alpha=alpha, beta=beta, log_likelihood=fitted)
