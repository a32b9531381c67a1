"""How often customers of a shop come back, and who still does: BG/NBD (Fader, Hardie and Lee 2005).

While alive a customer buys at a pace of their own; after each purchase they may leave, with a chance of their own. The
paces are gamma distributed (r, alpha), the chances beta (a, b). Any unit of time will do, of histories and forecasts
alike; alpha is in it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import scipy  # scipy.linalg is loaded when it is first asked for
from scipy.special import betaln, expit, gammaln, hyp2f1, psi

from kpi.analysis.likelihood import dot, most_likely
from kpi.analysis.obstacle import Obstacle

Floats = npt.NDArray[np.float64]

FEWEST_REPEATERS: Final = 200
SINGULAR: Final = 1e-5  # nearer to where the formula is 0 / 0, too few of its digits are left
NODES: Final = 200
SMALLEST: Final = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """Purchase histories, `counts` customers sharing each: arrays of the same length.

    `repeats` is on how many days the customer came back after the day of the first purchase, `recency` the time from
    the first to the last purchase (0 without repeats), `ages` the time from the first purchase until now.
    """

    repeats: Floats
    recency: Floats
    ages: Floats
    counts: Floats

    @classmethod
    def of(
        cls,
        repeats: npt.ArrayLike,
        recency: npt.ArrayLike,
        ages: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
    ) -> "Histories":
        """From anything numpy reads; `ValueError` for histories that cannot be."""
        x, last, age = (np.asarray(numbers, dtype=np.float64) for numbers in (repeats, recency, ages))
        weights = np.ones_like(x) if counts is None else np.asarray(counts, dtype=np.float64)
        if not (len(x) == len(last) == len(age) == len(weights)):
            raise ValueError("Repeats, recency, ages and counts are of the same histories: as many of each.")
        if not np.isfinite(x + last + age + weights).all() or (np.minimum(x, weights) < 0).any():
            raise ValueError("A history counts in finite numbers, none below 0.")
        if ((last < 0) | (last > age) | ((x == 0) & (last > 0))).any():
            raise ValueError(
                "A last purchase lies between the first one and now, and is the first one without repeats."
            )
        return cls(repeats=x, recency=last, ages=age, counts=weights)

    @property
    def customers(self) -> float:
        """How many there are."""
        return float(self.counts.sum())

    @property
    def repeaters(self) -> float:
        """How many came back at least once."""
        return float(self.counts[self.repeats > 0].sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaGeometricNbd:
    """Fitted parameters, and the log-likelihood they were found at."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def expected_repeats(self, time: float) -> float:
        """How often a customer comes back within `time` of the first purchase."""
        return float(self.expected_repeats_by(np.array([time]))[0])

    def expected_repeats_by(self, times: Floats) -> Floats:
        """The same by each of the times."""
        none = np.zeros(len(times))
        return self._expected_alive(Histories.of(none, none, none), times)

    def probability_of(self, repeats: int, time: float) -> float:
        """How likely a customer comes back exactly so often within `time` of the first purchase."""
        lasting = self.alpha / (self.alpha + time)
        steps = np.arange(repeats)
        paced = np.exp(gammaln(self.r + steps) - gammaln(self.r) - gammaln(steps + 1) + steps * np.log1p(-lasting))
        weight = np.exp(betaln(self.a, self.b + repeats) - betaln(self.a, self.b))
        here = np.exp(gammaln(self.r + repeats) - gammaln(self.r) - gammaln(repeats + 1))
        alive = weight * here * lasting**self.r * (1 - lasting) ** repeats
        if not repeats:
            return float(alive)
        left = np.exp(betaln(self.a + 1, self.b + repeats - 1) - betaln(self.a, self.b))
        return float(alive + left * (1 - lasting**self.r * paced.sum()))

    def probability_alive(self, histories: Histories) -> pl.Series:
        """How likely each history's customer still buys; null without repeats, of whom the model claims certainty."""
        chances = expit(-self._log_odds_of_having_left(histories))
        return pl.Series("probability_alive", chances).set(pl.Series(histories.repeats == 0), None)

    def expected_purchases(self, histories: Histories, time: float) -> Floats:
        """On how many days each history's customer is expected to buy within `time` from now."""
        alive = expit(-self._log_odds_of_having_left(histories))
        return np.asarray(alive * self._expected_alive(histories, time))

    def _expected_alive(self, histories: Histories, time: float | Floats) -> Floats:
        """Given that they still buy.

        By Euler's transformation of the hypergeometric function its parameters stay small however often they bought:
        (1 - z)^(r + x) F(r + x, b + x; a + b + x - 1; z) = (1 - z)^(a - 1) F(a - 1, a + b - r - 1; a + b + x - 1; z).
        Where the formula is 0 / 0, or the function is not found, the mean that it stands for is summed up.
        """
        share = time / (self.alpha + histories.ages + time)
        last = self.a + self.b + histories.repeats - 1
        found = np.full(len(share), np.nan)
        if abs(self.a - 1) > SINGULAR:
            with np.errstate(over="ignore", invalid="ignore"):
                lasting = (1 - share) ** (self.a - 1) * hyp2f1(self.a - 1, self.a + self.b - self.r - 1, last, share)
                found = last / (self.a - 1) * (1 - lasting)
        missing = ~np.isfinite(found) | (np.abs(last) < SINGULAR)
        for repeats in np.unique(histories.repeats[missing]):
            chosen = missing & (histories.repeats == repeats)
            found[chosen] = self._summed(float(repeats), (time / (self.alpha + histories.ages))[chosen])
        return found

    def _summed(self, repeats: float, spans: Floats) -> Floats:
        """The mean of (1 - (1 + p·u)^-(r + x)) / p over chances p of leaving that are beta distributed (a, b + x).

        That is what they buy in spans u, in units of alpha + T, by Gauss and Jacobi's sum over the chances.
        """
        chances, weights = _beta_nodes(self.a, self.b + repeats)
        bought = -np.expm1(-(self.r + repeats) * np.log1p(np.outer(spans, chances))) / chances
        return np.asarray((bought * weights).sum(axis=1))

    def _log_odds_of_having_left(self, histories: Histories) -> Floats:
        """Minus infinity without repeats: nobody leaves before the second purchase."""
        x = histories.repeats
        waited = np.log((self.alpha + histories.ages) / (self.alpha + histories.recency))
        tries = np.where(x > 0, self.b + x - 1, 1.0)
        return np.where(x > 0, np.log(self.a) - np.log(tries) + (self.r + x) * waited, -np.inf)


def _beta_nodes(a: float, b: float) -> tuple[Floats, Floats]:
    """Chances that stand for a beta distribution, and their weights (Golub and Welsch 1969, Jacobi polynomials).

    Written out, since the library's own weights of 0 and infinity meet where a and b are some thousands.
    """
    first, second = b - 1, a - 1  # the exponents of 1 - y and 1 + y for chances (1 + y) / 2
    steps = np.arange(1, NODES, dtype=np.float64)
    total = first + second
    both = 2 * steps + total
    middle = np.concatenate([[(second - first) / (total + 2)], (second**2 - first**2) / (both * (both + 2))])
    beside = 4 * steps[1:] * (steps[1:] + first) * (steps[1:] + second) * (steps[1:] + total)
    beside /= both[1:] ** 2 * (both[1:] + 1) * (both[1:] - 1)
    start = 4 * (1 + first) * (1 + second) / ((2 + total) ** 2 * (3 + total))
    nodes, vectors = scipy.linalg.eigh_tridiagonal(middle, np.sqrt(np.concatenate([[start], beside])))
    # a chance that rounding made 0 or less stands for one as small as any
    return np.maximum((1 + nodes) / 2, SMALLEST), vectors[0] ** 2


def fit_bg_nbd(
    histories: Histories, *, begin: BetaGeometricNbd | None = None, fewest: int = FEWEST_REPEATERS
) -> BetaGeometricNbd | Obstacle:
    """The most likely parameters of these histories; `begin` is where the search starts, such as an earlier fit.

    `Obstacle.NOBODY`, `TOO_FEW_REPEATERS` with fewer than `fewest` customers who came back, `NOT_FITTED`.
    """
    if not histories.customers or not histories.ages.any():
        return Obstacle.NOBODY
    if histories.repeaters < max(fewest, 1):
        return Obstacle.TOO_FEW_REPEATERS
    # the unit of time is that of the mean age, so that the search is the same in days and in weeks
    unit = dot(histories.counts, histories.ages) / histories.customers
    start = (begin.r, begin.alpha / unit, begin.a, begin.b) if begin else (0.5, 0.25, 1.0, 2.0)
    found = most_likely(_Likelihood(histories, unit), np.array(start), size=histories.customers)
    if isinstance(found, Obstacle):
        return found
    (r, alpha, a, b), fitted = map(float, found[0]), found[1]
    moved = fitted - dot(histories.counts, histories.repeats) * float(np.log(unit))
    return BetaGeometricNbd(r=r, alpha=alpha * unit, a=a, b=b, log_likelihood=moved)


class _Likelihood:
    """The log-likelihood and its slope; what depends on the repeats alone is worked out once per number of them."""

    def __init__(self, histories: Histories, unit: float) -> None:
        self._repeats, self._of = np.unique(histories.repeats, return_inverse=True)
        self._counts = histories.counts
        self._customers = np.bincount(self._of, weights=self._counts)
        self._has_repeats = histories.repeats > 0
        self._recency, self._ages = histories.recency / unit, histories.ages / unit

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        x, of = self._repeats, self._of
        until_now, until_last = np.log(alpha + self._ages), np.log(alpha + self._recency)
        pace = (r + x)[of]
        # whoever is still there, and whoever left after the last purchase: the likelihood is the sum of both
        here = -pace * until_now
        gone = np.where(self._has_repeats, np.log(a) - np.log(self._tries(b))[of] - pace * until_last, -np.inf)
        either = np.logaddexp(here, gone)
        alive = np.exp(here - either)
        per_count = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
        value = dot(self._customers, per_count) + dot(self._counts, either)
        return value, self._slope(parameters, alive, until_now, until_last)

    def _slope(self, parameters: Floats, alive: Floats, until_now: Floats, until_last: Floats) -> Floats:
        r, alpha, a, b = parameters
        x, customers = self._repeats, self._customers
        there, left = self._counts * alive, self._counts * (1 - alive)
        left_by_count = np.bincount(self._of, weights=left, minlength=len(x))
        ended = psi(a + b) - psi(a + b + x)
        waited = there / (alpha + self._ages) + left / (alpha + self._recency)
        return np.array(
            [
                dot(customers, psi(r + x) - psi(r) + np.log(alpha)) - dot(there, until_now) - dot(left, until_last),
                customers.sum() * r / alpha - dot((r + x)[self._of], waited),
                dot(customers, ended) + left.sum() / a,
                dot(customers, ended + psi(b + x) - psi(b)) - dot(left_by_count, 1 / self._tries(b)),
            ]
        )

    def _tries(self, b: float) -> Floats:
        """b + x - 1 where there were repeats; without any nobody can have left, and the number does not matter."""
        return np.where(self._repeats > 0, b + self._repeats - 1, 1.0)
