"""What the next months add up to if they are like the past ones."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from scipy.special import stdtrit

from kpi.analysis.estimate import Estimate
from kpi.analysis.intervals import TAIL


def forecast_sum(past: Sequence[float | Decimal], ahead: int) -> Estimate:
    """The sum of the next `ahead` amounts at the mean of the past ones, with its prediction interval.

    Mean ± t(n − 1) · s · √(1/m + 1/n) for the mean of m = `ahead` further amounts (Hahn and Meeker 1991, section 4.7),
    times m: the amounts are taken to be independent and normal. One past amount gives no interval, none no value.
    `ValueError` for a negative `ahead`.
    """
    if ahead < 0:
        raise ValueError(f"A forecast looks ahead: {ahead} is negative.")
    amounts, n = [float(amount) for amount in past], len(past)
    if ahead == 0:
        return Estimate(value=0.0, low=0.0, high=0.0, n=n, method="nothing is left to forecast")
    if n == 0:
        return Estimate(value=None, n=0)
    mean = sum(amounts) / n
    if n == 1:
        return Estimate(value=ahead * mean, n=1)
    deviation = sqrt(sum((amount - mean) ** 2 for amount in amounts) / (n - 1))
    arm = float(-stdtrit(n - 1, TAIL)) * deviation * sqrt(1 / ahead + 1 / n)
    return Estimate(
        value=ahead * mean, low=ahead * (mean - arm), high=ahead * (mean + arm), n=n, method="run rate, prediction"
    )
