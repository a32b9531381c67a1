"""What customers of a shop spend on a day on which they buy: the Gamma-Gamma model (Fader and Hardie 2013).

What somebody spends varies around a mean of their own; the means vary between people. How often somebody buys is
assumed to tell nothing about how much: `correlation` says how far that holds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from kpi.analysis.bg_nbd import FEWEST_REPEATERS
from kpi.analysis.likelihood import dot, most_likely
from kpi.analysis.obstacle import Obstacle

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What customers spent, `counts` of them alike: arrays of the same length.

    `purchases` is on how many days each bought (the first one is usually left out, hence repeats), `means` what they
    spent on such a day on average, above 0.
    """

    purchases: Floats
    means: Floats
    counts: Floats

    @classmethod
    def of(cls, purchases: npt.ArrayLike, means: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> "Spending":
        """From anything numpy reads; `ValueError` for spending that cannot be."""
        bought, spent = (np.asarray(numbers, dtype=np.float64) for numbers in (purchases, means))
        weights = np.ones_like(bought) if counts is None else np.asarray(counts, dtype=np.float64)
        if not len(bought) == len(spent) == len(weights):
            raise ValueError("Purchases, means and counts are of the same customers: as many of each.")
        if not (np.isfinite(bought + spent + weights).all() and (np.minimum(bought, spent) > 0).all()):
            raise ValueError("Only who bought, and paid more than 0, says what customers spend.")
        if (weights < 0).any():
            raise ValueError("A number of customers is not negative.")
        return cls(purchases=bought, means=spent, counts=weights)

    @property
    def customers(self) -> float:
        """How many there are."""
        return float(self.counts.sum())

    @property
    def mean(self) -> float:
        """The mean of the customers' means."""
        return dot(self.counts, self.means) / self.customers

    @property
    def correlation(self) -> float | None:
        """Of how often and how much, -1 to 1; None where one of the two is the same for all."""
        deviations = [numbers - self.counts @ numbers / self.customers for numbers in (self.purchases, self.means)]
        product, *squares = (
            float(self.counts @ (one * other))
            for one, other in (deviations, (deviations[0], deviations[0]), (deviations[1], deviations[1]))
        )
        return product / float(np.sqrt(squares[0] * squares[1])) if min(squares) > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma:
    """Fitted parameters, v in the unit of money, and the log-likelihood they were found at; q is above 1."""

    p: float
    q: float
    v: float
    log_likelihood: float

    @property
    def mean(self) -> float:
        """What customers spend on average on a day on which they buy: also that expected of who never came back."""
        return self.p * self.v / (self.q - 1)

    def expected_means(self, purchases: npt.ArrayLike, means: npt.ArrayLike) -> Floats:
        """Per customer the mean expected from now on: between their own and everybody's, nearer to theirs the more.

        Where `purchases` is 0 it is everybody's, whatever `means` says.
        """
        bought = np.asarray(purchases, dtype=np.float64)
        own = np.where(bought > 0, np.asarray(means, dtype=np.float64), 0.0)
        return np.asarray((self.p * (self.v + bought * own)) / (self.p * bought + self.q - 1))


def fit_gamma_gamma(
    spending: Spending, *, begin: GammaGamma | None = None, fewest: int = FEWEST_REPEATERS
) -> GammaGamma | Obstacle:
    """The most likely parameters; `begin` is where the search starts, such as an earlier fit.

    `Obstacle.TOO_FEW_REPEATERS` with fewer than `fewest` customers, `NO_SPREAD` when all spend the same, `HEAVY_TAIL`
    when q is not above 1, so that the mean has no end, `NOT_FITTED`.
    """
    if spending.customers < max(fewest, 1):
        return Obstacle.TOO_FEW_REPEATERS
    if np.ptp(spending.means[spending.counts > 0]) <= 1e-9 * spending.mean:
        return Obstacle.NO_SPREAD
    unit = spending.mean
    start = (begin.p, begin.q, begin.v / unit) if begin else (2.0, 3.0, 1.0)
    found = most_likely(_Likelihood(spending, unit), np.array(start), size=spending.customers)
    if isinstance(found, Obstacle):
        return found
    (p, q, v), fitted = map(float, found[0]), found[1]
    if q <= 1:
        return Obstacle.HEAVY_TAIL
    # the density of a mean is one per unit of money
    return GammaGamma(p=p, q=q, v=v * unit, log_likelihood=fitted - spending.customers * float(np.log(unit)))


class _Likelihood:
    """The log-likelihood and its slope; what depends on the purchases alone is worked out once per number of them."""

    def __init__(self, spending: Spending, unit: float) -> None:
        self._purchases, of = np.unique(spending.purchases, return_inverse=True)
        self._counts, self._weights = spending.counts, spending.counts * spending.purchases
        self._customers = np.bincount(of, weights=self._counts)
        self._spent = spending.purchases * spending.means / unit
        self._shape = dot(self._weights, np.log(self._spent))
        self._constant = -dot(self._counts, np.log(spending.means / unit))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        p, q, v = parameters
        x, customers = self._purchases, self._customers
        total = np.log(v + self._spent)
        weighted, by_purchases = dot(self._counts, total), dot(self._weights, total)
        inverse = 1 / (v + self._spent)
        value = (
            dot(customers, gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v))
            + self._constant
            + p * self._shape
            - p * by_purchases
            - q * weighted
        )
        slope = [
            dot(customers, x * (psi(p * x + q) - psi(p * x))) + self._shape - by_purchases,
            dot(customers, psi(p * x + q) - psi(q) + np.log(v)) - weighted,
            customers.sum() * q / v - p * dot(self._weights, inverse) - q * dot(self._counts, inverse),
        ]
        return float(value), np.array(slope)
